const make = (tag, text, name) => {
  const e = document.createElement(tag); if (text !== undefined) e.textContent = text;
  if (name) e.className = name; return e;
};
export function render({model}) {
  const box = make('div', undefined, 'scroll'); box.tabIndex = 0; box.setAttribute('role', 'region');
  const heading = (words, scope) => { const th = make('th', words, 'r'); th.scope = scope; return th; };
  // From the tint of the house to its blue; words turn white where the ground is dark.
  const ground = (share) => [[234, 8], [241, 81], [248, 156]].map(([a, b]) => Math.round(a + (b - a) * share));
  const draw = () => {
    const focus = box.getRootNode().activeElement?.dataset?.cell;
    const known = model.cells.flat().filter((each) => each && each[1] !== null).map((each) => each[1]);
    const least = Math.min(...known), most = Math.max(...known);
    const table = make('table', undefined, 'cells'), head = make('thead'), body = make('tbody');
    const over = make('tr'), top = make('tr');
    const across = make('th', model.across); across.colSpan = model.columns.length; across.scope = 'colgroup';
    over.append(make('td'), across); top.append(heading(model.down, 'col'));
    top.append(...model.columns.map((words) => heading(words, 'col'))); head.append(over, top);
    model.cells.forEach((row, i) => {
      const line = make('tr'); line.append(heading(model.rows[i], 'row'));
      row.forEach((each, j) => {
        const cell = make('td');
        if (each && each[1] !== null) {
          const share = most > least ? (each[1] - least) / (most - least) : 0;
          const button = make('button', each[0]); button.type = 'button'; button.dataset.cell = `${i},${j}`;
          button.setAttribute('aria-label', each[2]); button.style.background = `rgb(${ground(share)})`;
          button.style.color = share > 0.5 ? '#fff' : '#14213D';
          button.addEventListener('click', () => model.send_msg({row: i, column: j})); cell.append(button);
        } else cell.append(make('span', each ? each[0] : '·'));
        line.append(cell);
      });
      body.append(line);
    });
    table.append(make('caption', model.caption), head, body); box.replaceChildren(table);
    box.setAttribute('aria-label', model.caption);
    if (focus) box.querySelector(`[data-cell="${focus}"]`)?.focus();
  };
  draw(); model.on(['cells', 'rows', 'columns', 'caption'], draw);
  return box;
}
