const make = (tag, text, name) => {
  const e = document.createElement(tag); if (text !== undefined) e.textContent = text;
  if (name) e.className = name; return e;
};
const shown = (cell) => Array.isArray(cell) ? cell[0] : cell;
const worth = (cell) => Array.isArray(cell) ? cell[1] : cell;
// Longer text than this needs a wide column, or its row grows taller than the screen.
const LONG = 60;
export function render({model}) {
  let by = -1, down = false, limit = model.page_size;
  const root = make(model.summary ? 'details' : 'div');
  if (model.summary) root.append(make('summary', model.summary));
  const box = make('div', undefined, 'scroll'); box.tabIndex = 0;
  box.setAttribute('role', 'region'); box.setAttribute('aria-label', model.caption || model.summary);
  const table = make('table'); box.append(table); root.append(box);
  const more = make('button', '', 'act'); more.addEventListener('click', () => { limit = Infinity; draw(); });
  root.append(more);
  const order = () => {
    const all = model.rows.map((_, i) => i);
    if (by >= 0) all.sort((a, b) => {
      const [x, y] = [worth(model.rows[a][by]), worth(model.rows[b][by])];
      if (x === null || x === undefined) return 1; if (y === null || y === undefined) return -1;
      const c = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
      return (down ? -c : c) || a - b;
    });
    return all;
  };
  const draw = () => {
    const picks = model.ids.length > 0, chosen = new Set(model.selected);
    const head = make('tr');
    if (picks) { const th = make('th'); th.append(make('span', 'Select', 'visually-hidden')); th.scope = 'col'; head.append(th); }
    model.columns.forEach(([title, side], i) => {
      const th = make('th', undefined, side); th.scope = 'col';
      const button = make('button', title); button.type = 'button';
      if (by === i) th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      button.addEventListener('click', () => {
        if (by === i) down = !down; else { by = i; down = side === 'r'; }
        draw(); table.querySelectorAll('thead button')[i].focus();
      });
      th.append(button); head.append(th);
    });
    const opens = model.openable.length > 0, openable = new Set(model.openable);
    if (opens) { const th = make('th'); th.append(make('span', 'Open', 'visually-hidden')); th.scope = 'col'; head.append(th); }
    const body = make('tbody');
    for (const i of order().slice(0, limit)) {
      const row = make('tr'); if (picks && chosen.has(model.ids[i])) row.className = 'picked';
      if (picks) {
        const cell = make('td'), tick = make('input'); tick.type = 'checkbox'; tick.checked = chosen.has(model.ids[i]);
        tick.setAttribute('aria-label', 'Select ' + shown(model.rows[i][0]));
        tick.addEventListener('change', () => {
          const now = new Set(model.selected); tick.checked ? now.add(model.ids[i]) : now.delete(model.ids[i]);
          model.selected = [...now]; row.className = tick.checked ? 'picked' : '';
        });
        cell.append(tick); row.append(cell);
      }
      model.rows[i].forEach((cell, j) => {
        const c = make(j === 0 ? 'th' : 'td', shown(cell), model.columns[j][1]); if (j === 0) c.scope = 'row';
        if (j > 0 && String(shown(cell)).length > LONG) c.classList.add('long');
        row.append(c);
      });
      if (opens) {
        const cell = make('td'), button = make('button', 'Open', 'act small');
        button.type = 'button'; button.setAttribute('aria-label', `Open the plan at ${shown(model.rows[i][0])}`);
        button.addEventListener('click', () => model.send_msg({open: i}));
        if (openable.has(i)) cell.append(button);
        row.append(cell);
      }
      body.append(row);
    }
    const thead = make('thead'); thead.append(head);
    const caption = make('caption'); caption.append(make('span', model.caption));
    table.replaceChildren(caption, thead, body);
    more.hidden = model.rows.length <= limit; more.textContent = `Show all ${model.rows.length} rows`;
  };
  draw();
  model.on(['rows', 'columns', 'caption', 'ids', 'openable'], draw);
  model.on('selected', () => { if (!root.contains(root.getRootNode().activeElement)) draw(); });
  return root;
}
