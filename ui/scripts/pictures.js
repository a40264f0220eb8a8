// The compare page as pictures, made in the browser: a hidden copy of the page is drawn, then saved.
const WIDTH = 1400, TALLEST = 16000, PATIENCE = 120000;
// The drawn copy is kept so long for another picture of it [milliseconds].
const KEPT = 60000;
const XHTML = 'http://www.w3.org/1999/xhtml', SVG = 'http://www.w3.org/2000/svg';
// What a copy of an element must be told of its looks.
const LOOKS = ['display', 'position', 'box-sizing', 'width', 'min-height', 'margin', 'padding', 'border-top', 'border-right',
  'border-bottom', 'border-left', 'border-radius',
  'border-collapse', 'background-color', 'color', 'font-family', 'font-size', 'font-weight', 'line-height', 'letter-spacing',
  'text-align', 'text-transform', 'text-wrap', 'white-space', 'vertical-align', 'font-variant-numeric', 'overflow', 'gap',
  'grid-template-columns', 'flex', 'flex-direction', 'flex-wrap', 'align-items', 'justify-content', 'place-items', 'inset',
  'list-style', 'max-width', 'caption-side'];
// Controls are for a screen; details are closed unless they were opened.
const LEFT_OUT = new Set(['SCRIPT', 'STYLE', 'LINK', 'FORM', 'BUTTON', 'DETAILS', 'INPUT', 'SELECT', 'TEMPLATE']);
const all = (root) => [...root.querySelectorAll('*')].flatMap((each) => each.shadowRoot ? [each, ...all(each.shadowRoot)] : [each]);
const asText = (blob) => new Promise((done) => {
  const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(blob);
});
const pause = (time) => new Promise((done) => setTimeout(done, time));
const opened = async (address) => {
  const frame = document.createElement('iframe');
  frame.style.cssText = `position: fixed; left: -9999px; top: 0; width: ${WIDTH}px; height: 1000px;`;
  frame.tabIndex = -1; frame.setAttribute('aria-hidden', 'true'); frame.src = address;
  document.body.append(frame);
  for (let waited = 0; waited < PATIENCE; waited += 250) {
    await pause(250);
    const inside = frame.contentDocument, parts = inside?.body ? all(inside.body) : [];
    const charts = parts.filter((each) => each.dataset.chart);
    const at_work = parts.some((each) => each.dataset.drawn === 'no' || each.dataset.busy === 'yes');
    const last = parts.some((each) => /^H[1-4]$/.test(each.tagName) && each.textContent.includes('every other measure'));
    if (charts.length && last && !at_work && frame.contentWindow.Bokeh?.documents[0]?.is_idle) { await pause(600); return [frame, charts]; }
  }
  frame.remove(); throw new Error('the compare page was not whole in time');
};
const chartBlobs = async (charts, kind) => {
  const made = [];
  for (const chart of charts) {
    const name = chart.dataset.chart.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase().slice(0, 80);
    made.push([`${name}.${kind}`, await chart.view.export(kind, true).to_blob()]);
  }
  return made.reverse();
};
const copied = async (node, view) => {
  if (node.nodeType === 3) return document.createTextNode(node.data);
  if (node.nodeType !== 1 || (LEFT_OUT.has(node.tagName) && !node.closest('th')) || node.id === 'first') return null;
  const style = view.getComputedStyle(node);
  if (style.display === 'none') return null;
  if (node.dataset.chart) {
    const image = document.createElementNS(XHTML, 'img'), {width, height} = node.getBoundingClientRect();
    image.setAttribute('src', await asText(await node.view.export('png', true).to_blob()));
    image.setAttribute('style', `display: block; width: ${width}px; height: ${height}px`);
    return image;
  }
  const plain = /^[a-z0-9]+$/i.test(node.tagName) && node.tagName !== 'BUTTON';
  const copy = document.createElementNS(XHTML, plain ? node.tagName.toLowerCase() : 'div');
  // Words make the height of what holds them, all but bars and letters.
  const looks = node.matches('.bar, .bar *, .letter') ? [...LOOKS, 'height'] : LOOKS;
  copy.setAttribute('style', looks.map((each) => `${each}:${style.getPropertyValue(each)}`).join(';'));
  for (const child of (node.shadowRoot || node).childNodes) {
    const inner = await copied(child, view); if (inner) copy.append(inner);
  }
  return copy;
};
const fonts = async (inside) => {
  const rules = [...inside.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule.cssText.startsWith('@font-face'));
  const texts = rules.map(async (rule) => {
    const url = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue('src'))[1];
    const data = await asText(await (await fetch(new URL(url, inside.baseURI))).blob());
    return `@font-face { font-family: Roboto; font-weight: ${rule.style.getPropertyValue('font-weight')}; src: url("${data}") format("woff2"); }`;
  });
  return (await Promise.all(texts)).join('\n');
};
const wholePage = async (frame) => {
  const inside = frame.contentDocument, copy = await copied(inside.querySelector('main'), frame.contentWindow);
  // Without its controls the page is shorter: the copy itself is measured.
  const aside = inside.createElement('div'); aside.style.width = `${WIDTH}px`; aside.append(copy); inside.body.append(aside);
  const height = Math.ceil(copy.getBoundingClientRect().height); aside.remove();
  const svg = document.createElementNS(SVG, 'svg'), hole = document.createElementNS(SVG, 'foreignObject');
  for (const [key, value] of [['width', WIDTH], ['height', height]]) { svg.setAttribute(key, value); hole.setAttribute(key, value); }
  const style = document.createElementNS(XHTML, 'style'); style.textContent = await fonts(inside);
  hole.append(style, copy); svg.append(hole);
  const image = new Image();
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(new XMLSerializer().serializeToString(svg));
  await image.decode();
  const scale = Math.min(2, TALLEST / height), canvas = document.createElement('canvas');
  canvas.width = WIDTH * scale; canvas.height = height * scale;
  const pen = canvas.getContext('2d'); pen.fillStyle = '#F5F7FA'; pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(scale, scale);
  // A browser reads the fonts of such an image only once it is drawn, so it is drawn again with them.
  for (const rest of [500, 0]) { pen.drawImage(image, 0, 0); await pause(rest); }
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
};
const CRCS = Uint32Array.from({length: 256}, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xEDB88320 ^ (n >>> 1) : n >>> 1; return n; });
const crc = (bytes) => { let c = -1; for (const each of bytes) c = CRCS[(c ^ each) & 255] ^ (c >>> 8); return (c ^ -1) >>> 0; };
// Files in one archive, as they are: pictures do not get smaller by packing.
const zipped = async (files) => {
  const parts = [], list = []; let at = 0;
  const numbers = (...pairs) => {
    const view = new DataView(new ArrayBuffer(pairs.reduce((sum, [size]) => sum + size, 0))); let place = 0;
    for (const [size, value] of pairs) { size === 4 ? view.setUint32(place, value, true) : view.setUint16(place, value, true); place += size; }
    return view.buffer;
  };
  for (const [title, blob] of files) {
    const name = new TextEncoder().encode(title), bytes = new Uint8Array(await blob.arrayBuffer());
    const facts = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 33], [4, crc(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]];
    parts.push(numbers([4, 0x04034b50], ...facts), name, bytes);
    list.push(numbers([4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name);
    at += 30 + name.length + bytes.length;
  }
  const size = list.reduce((sum, each) => sum + each.byteLength, 0), count = files.length;
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]);
  return new Blob([...parts, ...list, end], {type: 'application/zip'});
};
const save = (blob, name) => {
  const link = document.createElement('a'); link.href = URL.createObjectURL(blob); link.download = name;
  document.body.append(link); link.click(); link.remove(); setTimeout(() => URL.revokeObjectURL(link.href), 4000);
};
const MAKERS = {
  page: async (frame) => ['page.png', await wholePage(frame)],
  png: async (frame, charts) => ['charts-png.zip', await zipped(await chartBlobs(charts, 'png'))],
  svg: async (frame, charts) => ['charts-svg.zip', await zipped(await chartBlobs(charts, 'svg'))],
};
export function render({model}) {
  const box = document.createElement('div'), row = document.createElement('div'), line = document.createElement('p');
  row.className = 'actions'; line.className = 'status';
  line.setAttribute('role', 'status'); line.setAttribute('aria-live', 'polite');
  let kept = null, timer = 0;
  const forget = () => { clearTimeout(timer); kept?.[0].remove(); kept = null; };
  const say = (text, busy) => { line.textContent = text; line.dataset.busy = busy ? 'yes' : 'no'; };
  const make = async (key) => {
    clearTimeout(timer); say('Drawing the compare page …', true);
    for (const each of row.children) each.disabled = true;
    try {
      kept ??= await opened(model.address);
      const [ending, blob] = await MAKERS[key](...kept);
      save(blob, `${model.name_of_file}-${ending}`); say('Saved.', false);
    } catch (error) { console.warn(error); say(`The picture could not be made: ${error.message}.`, false); }
    timer = setTimeout(forget, KEPT);
    for (const each of row.children) each.disabled = false;
  };
  for (const [key, words] of model.items) {
    const button = document.createElement('button'); button.type = 'button'; button.className = 'act'; button.textContent = words;
    button.addEventListener('click', () => make(key)); row.append(button);
  }
  model.on('address', forget); model.on('remove', forget);
  box.append(row, line); say('', false);
  return box;
}
