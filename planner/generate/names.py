"""Made-up place names for made-up schools."""

from __future__ import annotations

from planner.generate.draws import Draws, Texts, texts


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Two halves that read well together and seldom stand together, so that a name belongs to no school anyone
# knows. Every pair is a name of its own: 84 x 62 = 5,208 schools.
FIRST_HALVES = _words("""
    Alder Amber Anise Apple Aspen Balsam Barley Bilberry Birch Bluebell Bracken Bramble Brindle Burdock
    Cedar Cherry Cinder Clover Cobble Copper Cricket Cypress Dapple Dewberry Dove Eider Elder Ember Fallow
    Fern Finch Flax Flint Foxglove Gannet Ginger Gorse Hazel Heather Hemlock Heron Hornbeam Indigo Juniper
    Kestrel Lapwing Lark Laurel Lilac Linden Maple Marigold Merlin Mulberry Myrtle Nettle Nutmeg Ochre
    Osprey Otter Pebble Plover Primrose Quail Quill Raven Rowan Saffron Sage Samphire Sorrel Sparrow Tallow
    Tansy Teal Thistle Thrush Umber Vetch Walnut Whin Willow Wren Yarrow
""")
SECOND_HALVES = _words("""
    acre bank barrow beck bourne bow bridge brow burn chase cliff combe cote cove crest croft cross dale
    dell den down edge fall farthing fell fen firth fleet garth gate glade glen grange grove haven heath
    hithe hollow holme holt howe hurst keld knoll leigh lock lynn mere moor mount nook pond rigg row shaw
    stead stow thorpe wade wath weald worth
""")
SCHOOL_WORDS = {"elementary": "Elementary School", "middle": "Middle School", "high": "High School"}
MOST_NAMES = len(FIRST_HALVES) * len(SECOND_HALVES)


def school_names(level: Texts, draws: Draws) -> Texts:
    """Draw a different name for every school.

    Parameters
    ----------
    level
        Level of each school.
    draws
        The stream of the names.
    """
    pairs = draws.order(MOST_NAMES)[: len(level)]
    halves = [divmod(int(pair), len(SECOND_HALVES)) for pair in pairs]
    places = [FIRST_HALVES[first] + SECOND_HALVES[second] for first, second in halves]
    return texts([f"{place} {SCHOOL_WORDS[str(name)]}" for place, name in zip(places, level, strict=True)])
