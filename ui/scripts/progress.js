export function render({model}) {
  const make = (tag, name) => { const e = document.createElement(tag); e.className = name; return e; };
  const box = make('div', 'progress'), line = make('p', 'status'), bar = make('progress', '');
  const stop = make('button', 'act');
  line.setAttribute('role', 'status'); line.setAttribute('aria-live', 'polite'); line.tabIndex = -1;
  bar.max = 1; bar.setAttribute('aria-label', 'Share of the work that is done');
  stop.type = 'button'; stop.hidden = true;
  stop.addEventListener('click', () => model.send_msg({stop: true}));
  let wait = 0;
  const draw = () => {
    line.textContent = model.text; line.dataset.busy = model.busy ? 'yes' : 'no';
    bar.hidden = !model.busy || model.done < 0; bar.value = Math.max(0, model.done);
    stop.textContent = model.stop; clearTimeout(wait);
    if (!model.busy || !model.stop) {
      if (stop.getRootNode().activeElement === stop) line.focus();
      stop.hidden = true;
    } else if (stop.hidden) wait = setTimeout(() => { stop.hidden = false; }, model.patience);
  };
  box.append(line, bar, stop); draw(); model.on(['text', 'busy', 'done', 'stop'], draw);
  model.on('remove', () => clearTimeout(wait));
  return box;
}
