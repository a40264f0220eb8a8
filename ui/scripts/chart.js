// Charts wait in one line: the one nearest to what is seen is drawn first, the rest while the page rests.
const waiting = [], drawn = [];
let drawing = false;
const distance = (box) => {
  const {top, bottom} = box.getBoundingClientRect();
  return top > innerHeight ? top - innerHeight : bottom < 0 ? -bottom : 0;
};
const rest = () => new Promise((done) => {
  window.requestIdleCallback ? requestIdleCallback(done, {timeout: 200}) : setTimeout(done, 10);
});
const drawAll = async () => {
  if (drawing) return;
  drawing = true;
  while (waiting.length) {
    waiting.sort((a, b) => distance(a.box) - distance(b.box));
    const next = waiting.shift();
    // A page that was left or drawn anew meanwhile took the place of the chart away.
    try { await next.draw(); drawn.push(next); } catch (error) { if (next.box.isConnected) console.error(error); }
    await rest();
  }
  while (drawn.length && !waiting.length) { drawn.shift().paper(); await rest(); }
  drawing = false;
  if (waiting.length) drawAll();
};
export function render({model}) {
  const box = document.createElement('div'); box.className = 'chart'; box.dataset.chart = model.title;
  let doc = null, source = null;
  const ids = () => source.selected.indices.map((place) => model.schools[place]);
  const same = (a, b) => a.length === b.length && a.every((each) => b.includes(each));
  const pick = (chosen) => {
    if (!source || same(ids(), chosen)) return;
    source.selected.indices = chosen.map((id) => model.schools.indexOf(id)).filter((place) => place >= 0);
  };
  // On paper a chart is as wide as the page: a picture of it stands in for it there. It is made ahead, as a page
  // that is being printed waits for nothing.
  const paper = () => {
    if (!box.view) return;
    const picture = document.createElement('img');
    picture.className = 'on-paper'; picture.alt = model.title;
    picture.onload = () => box.classList.add('printed');
    picture.src = box.view.export('png', true).canvas.toDataURL();
    box.append(picture);
  };
  const heard = (event) => pick(event.detail);
  const picked = () => {
    const chosen = ids();
    if (same(chosen, model.selected)) return;
    model.selected = chosen;
    window.dispatchEvent(new CustomEvent('schools', {detail: chosen}));
  };
  const erase = () => {
    if (doc === null) return;
    for (const root of [...doc.roots()]) doc.remove_root(root);
    const place = Bokeh.documents.indexOf(doc);
    if (place >= 0) Bokeh.documents.splice(place, 1);
    doc = source = null; box.view = null; box.classList.remove('printed'); box.replaceChildren();
  };
  const draw = async () => {
    if (!box.isConnected) return;
    erase();
    const views = await Bokeh.embed.embed_item(JSON.parse(model.figure), box);
    box.view = [...views][0]; doc = box.view.model.document;
    if (model.schools.length) {
      // The marks are drawn first; what is written beside them has sources of its own.
      source = doc.roots()[0].renderers[0].data_source;
      pick(model.selected); source.selected.properties.indices.change.connect(picked);
    }
    box.dataset.drawn = 'yes';
  };
  const ask = () => {
    box.style.minHeight = model.height + 'px'; box.dataset.drawn = 'no'; box.dataset.chart = model.title;
    waiting.push({box, draw, paper}); setTimeout(drawAll);
  };
  ask();
  model.on('figure', ask); model.on('selected', () => pick(model.selected));
  window.addEventListener('schools', heard);
  model.on('remove', () => { window.removeEventListener('schools', heard); erase(); });
  return box;
}
