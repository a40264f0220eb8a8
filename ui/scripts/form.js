const make = (tag, text, name) => {
  const e = document.createElement(tag); if (text !== undefined) e.textContent = text;
  if (name) e.className = name; return e;
};
const say = (f, v) => {
  if (v === null || v === undefined || v === '') return 'not set';
  const scaled = Math.round(v * (f.scale || 1) * 1e6) / 1e6;
  return (f.prefix || '') + scaled.toLocaleString('en-US') + (f.unit || '');
};
let serial = 0;
export function render({model}) {
  const form = make('form'); form.className = model.layout;
  form.addEventListener('submit', (event) => event.preventDefault());
  const name = () => { if (model.label) form.setAttribute('aria-label', model.label); };
  const tell = (f, value) => { f.value = value; model.send_msg({key: f.key, value}); };
  const field = (f) => {
    const id = 'f' + (++serial), box = make('div', undefined, 'field ' + f.kind);
    const label = make('label', f.short || f.label); label.htmlFor = id;
    const hint = () => { if (f.help) { const h = make('span', f.help, 'hint'); h.id = id + 'h'; return [h]; } return []; };
    const described = (e) => { e.id = id; e.dataset.key = f.key; e.disabled = !!f.disabled;
      if (f.short) e.setAttribute('aria-label', f.label);
      if (f.help) e.setAttribute('aria-describedby', id + 'h'); return e; };
    if (f.kind === 'button') {
      const b = described(make('button', f.short || f.label, 'act' + (f.main ? ' main' : ''))); b.type = 'button';
      b.addEventListener('click', () => tell(f, true)); box.append(b, ...hint());
    } else if (f.kind === 'range') {
      const input = described(make('input')); input.type = 'range'; input.min = f.min; input.max = f.max;
      input.step = f.step; input.value = f.value ?? f.min;
      const out = make('span', say(f, f.value), 'value');
      input.setAttribute('aria-valuetext', say(f, f.value));
      input.addEventListener('input', () => { out.textContent = say(f, +input.value);
        input.setAttribute('aria-valuetext', say(f, +input.value)); });
      input.addEventListener('change', () => tell(f, +input.value));
      const top = make('div', undefined, 'top'); top.append(label, out); box.append(top, input, ...hint());
    } else if (f.kind === 'number') {
      const input = described(make('input')); input.type = 'number';
      for (const k of ['min', 'max', 'step']) if (f[k] !== undefined && f[k] !== null) input[k] = f[k];
      input.value = f.value ?? ''; input.placeholder = 'not set';
      input.addEventListener('change', () => tell(f, input.value === '' ? null : +input.value));
      box.append(label, input, ...hint());
    } else if (f.kind === 'select') {
      const select = described(make('select'));
      for (const [value, words] of f.options) { const o = make('option', words); o.value = value; select.append(o); }
      select.value = f.value ?? ''; select.addEventListener('change', () => tell(f, select.value));
      box.append(label, select, ...hint());
    } else if (f.kind === 'check') {
      const input = described(make('input')); input.type = 'checkbox'; input.checked = !!f.value;
      input.addEventListener('change', () => tell(f, input.checked)); box.append(input, label, ...hint());
    } else if (f.kind === 'ticks') {
      const set = make('fieldset'); set.append(make('legend', f.label));
      for (const [value, words] of f.options) {
        const l = make('label'), input = make('input'); input.type = 'checkbox'; input.checked = f.value.includes(value);
        input.addEventListener('change', () => {
          const now = new Set(f.value); input.checked ? now.add(value) : now.delete(value); tell(f, f.options.map((o) => o[0]).filter((v) => now.has(v)));
        });
        l.append(input, words); set.append(l);
      }
      box.append(set, ...hint());
    } else if (f.kind === 'text') {
      const input = described(make('input')); input.type = 'text'; input.value = f.value ?? '';
      input.addEventListener('change', () => tell(f, input.value)); box.append(label, input, ...hint());
    } else { box.append(make('h4', f.label), ...hint()); }
    return box;
  };
  // Controls of one group stand together under its name.
  const parts = () => {
    const found = [], said = new Set(); let group = '', set = null;
    for (const f of model.fields) {
      if ((f.group || '') !== group) {
        group = f.group || ''; set = null;
        if (group) { set = make('fieldset', undefined, 'group'); set.append(make('legend', group)); found.push(set); }
      }
      const box = field({...f}); set ? set.append(box) : found.push(box);
      // What every group says alike is shown in the first; screen readers are told in each.
      if (set && said.has(f.help)) box.querySelector('.hint')?.classList.add('visually-hidden');
      if (set) said.add(f.help);
    }
    return found;
  };
  const controls = () => [...form.querySelectorAll('[data-key]')];
  const draw = () => {
    // A lever in hand is not taken out of it: what it is let go at brings the form along.
    if (form.querySelector('input[type=range]:active')) {
      form.addEventListener('pointerup', () => setTimeout(draw, 800), {once: true}); return;
    }
    const focused = form.getRootNode().activeElement, focus = focused?.dataset?.key; name();
    const place = controls().indexOf(focused);
    form.replaceChildren(...parts());
    // What had the focus may be gone: then what stands in its place has it.
    if (focus && place >= 0) {
      const now = controls();
      (now.find((each) => each.dataset.key === focus) || now[Math.min(place, now.length - 1)])?.focus();
    }
  };
  draw(); model.on('fields', draw);
  return form;
}
