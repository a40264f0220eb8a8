"""YAML is read safely: whatever the bytes, a mapping with its lines or problems in words, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from planner.problems import InputProblems
from planner.yaml_file import MAX_NESTING, dotted, parse_yaml, read_yaml, undotted

BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}]\n" for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)

REFUSED = {
    "empty": ("", "f.yaml: found an empty file; expected keys and values"),
    "list": ("- a\n- b\n", "f.yaml: found a list or a single value; expected keys and values"),
    "text": ("hello", "f.yaml: found a list or a single value; expected keys and values"),
    "null": ("~", "f.yaml: found a list or a single value; expected keys and values"),
    "twice": (
        "a: 1\nb: 2\na: 3\n",
        "f.yaml line 3: found 'a' a second time (first on line 1); expected each key once",
    ),
    "twice inside": (
        "x:\n  a: 1\n  a: 1\n",
        "f.yaml line 3: found 'a' a second time (first on line 2); expected each key once",
    ),
    "alias": (
        "a: &x [1]\nb: *x\n",
        "f.yaml line 1: found an alias (*name); expected the value written out",
    ),
    "alias of a word": (
        "a: &x 1\nb: *x\n",
        "f.yaml line 1: found an alias (*name); expected the value written out",
    ),
    "alias of itself": (
        "a: &x [*x]\n",
        "f.yaml line 1: found an alias (*name); expected the value written out",
    ),
    "unknown alias": ("a: *x\n", "f.yaml line 1: found an alias (*name); expected the value written out"),
    "python tag": (
        "a: !!python/object/apply:os.system [ls]\n",
        "f.yaml line 1: found the tag !!python/object/apply:os.system; expected plain values without tags",
    ),
    "set tag": ("a: !!set {x}\n", "f.yaml line 1: found the tag !!set; expected plain values without tags"),
    "own tag": (
        "a: !include b\n",
        "f.yaml line 1: found the tag !include; expected plain values without tags",
    ),
    "number as key": (
        "2026: 1\n",
        'f.yaml line 1: found the key 2026; expected text (put it in quotes: "2026")',
    ),
    "yes as key": ("x: {no: 1}\n", 'f.yaml line 1: found the key no; expected text (put it in quotes: "no")'),
    "list as key": ("? [a]\n: 1\n", "f.yaml line 1: found a key that is a list or a mapping; expected text"),
    "many digits": (
        "a: " + "9" * 5000 + "\n",
        "f.yaml line 1: found a number of 5,000 digits; expected at most 40 digits, or text in quotes",
    ),
    "deep": (
        "a:\n  b: " + "[" * 100_000,
        f"f.yaml line 2: found more than {MAX_NESTING} levels of nesting; expected fewer levels",
    ),
    "deep maps": (
        "{a: " * 10_000,
        f"f.yaml line 1: found more than {MAX_NESTING} levels of nesting; expected fewer levels",
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        "f.yaml line 2: found a second document (---); expected one document",
    ),
    "nul": (
        "a: 1\nb: x\x00y\n",
        "f.yaml line 2: found the character U+0000; expected text without control characters",
    ),
    "surrogate": (
        "a: \ud800\n",
        "f.yaml: found a character that is not Unicode text; expected a UTF-8 YAML file",
    ),
    "tab": (
        "a:\n\tb: 1\n",
        "f.yaml line 2: found a character that cannot stand here; "
        "expected spaces for indentation, and quotes around text with @, ` or %",
    ),
    "colon": (
        "a: b: c\n",
        "f.yaml line 1: found a colon that cannot stand here; "
        "expected 'key: value' on a line of its own, or the text in quotes",
    ),
    "quote": ("a: 'x\n", "f.yaml line 2: found quotes that are never closed; expected a closing quote"),
    "bracket": (
        "a: [1,\n",
        "f.yaml line 2: found a line that is not YAML; "
        "expected 'key: value', indented with spaces (look at the line above it too)",
    ),
}


def said(text: str) -> str:
    with pytest.raises(InputProblems) as caught:
        parse_yaml(text, "f.yaml")
    return str(caught.value)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_how_it_is_said(name: str) -> None:
    text, expected = REFUSED[name]
    assert said(text) == expected


def test_an_alias_bomb_is_refused_without_being_unfolded() -> None:
    assert "an alias" in said(BOMB)


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert parse_yaml("<<: {a: 1}\n", "f.yaml").data == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_000", 1000),
        ("-3", -3),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1.0e+3", 1000.0),
        ("yes", True),
        ("false", False),
        ("~", None),
        ("", None),
        ("2026-27", "2026-27"),
        ("2026-01-01", "2026-01-01"),
        ("12:30", "12:30"),
        ("0600001", "0600001"),
        ("0x1F", "0x1F"),
        ("K-3 core", "K-3 core"),
        ("'5'", "5"),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    read = parse_yaml(f"a: {text}\n", "f.yaml").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_every_key_and_entry_has_its_line() -> None:
    file = parse_yaml("a:\n  b: 1\n  c:\n    - x\n    - d: 2\n", "f.yaml")
    assert file.lines == {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 3,
        ("a", "c", 0): 4,
        ("a", "c", 1): 5,
        ("a", "c", 1, "d"): 5,
    }
    assert file.where(("a", "c", 1, "e")) == "f.yaml line 5, a.c.1.e"
    assert file.where(("z",)) == "f.yaml, z"
    assert file.where(()) == "f.yaml"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    (tmp_path / "big.yaml").write_text("a: " + "x" * 100)
    expected = {
        "none.yaml": "none.yaml: found no such file; expected a YAML file",
        "latin.yaml": "latin.yaml: found text that is not UTF-8; expected a UTF-8 YAML file",
        "big.yaml": "big.yaml: found 103 bytes; expected at most 50 bytes",
        ".": "folder: found a folder; expected a YAML file",
        "a\0b": r"a\x00b: found a file that cannot be read (its name cannot be used); expected a YAML file",
    }
    for name, words in expected.items():
        with pytest.raises(InputProblems) as caught:
            read_yaml(
                tmp_path / name, "folder" if name == "." else None, limit=50 if name == "big.yaml" else 10**6
            )
        assert str(caught.value) == words


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(tmp_path / "bom.yaml").data == {"a": 1}


@given(st.text(max_size=60) | st.text("[]{}:,-*&!|>'\"%@`#?~<= \n\tab01.", max_size=60))
@example("a: [1]")
@example("[" * 3000)
@example("a: &a {b: *a}")
@example("!!binary x: 1")
@example("? ? ? a")
@example("a: !!int x")
@example("a: !!float ''")
def test_no_text_makes_a_traceback(text: str) -> None:
    try:
        file = parse_yaml(text, "f.yaml")
    except InputProblems as error:
        assert str(error)
    else:
        assert isinstance(file.data, dict)


@given(st.binary(max_size=60))
def test_no_bytes_make_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    try:
        read_yaml(path)
    except InputProblems as error:
        assert str(error)


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(words, plain, max_size=4))
@example({"a": "1e6", "b": "0123", "c": "12:30", "d": "2026-01-01", "e": "=", "f": "<<", "0x1F": ".inf"})
def test_what_a_yaml_writer_writes_is_read_back(data: dict[str, object]) -> None:
    class Writer(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    text = yaml.dump(data, Dumper=Writer, allow_unicode=True)
    assert parse_yaml(text, "f.yaml").data == data


@given(
    st.lists(st.text(st.characters(blacklist_characters='"'), min_size=1, max_size=8), min_size=1, max_size=4)
)
def test_a_dotted_path_reads_back(keys: list[str]) -> None:
    assert undotted(dotted(tuple(keys))) == tuple(keys)


@pytest.mark.parametrize("path", ["", ".", "a..b", ".a", "a.", 'a."b', 'a"b"'])
def test_what_is_no_path(path: str) -> None:
    assert undotted(path) == ()
