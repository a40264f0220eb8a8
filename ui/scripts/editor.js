export function render({model}) {
  const box = document.createElement('div'), label = document.createElement('label');
  const area = document.createElement('textarea');
  area.id = 'yaml'; area.spellcheck = false; area.className = 'code'; area.rows = model.rows; area.value = model.text;
  area.setAttribute('wrap', 'off'); label.htmlFor = 'yaml'; label.textContent = model.label;
  let wait = 0, told = model.text;
  const tell = () => { clearTimeout(wait); if (area.value !== told) { told = area.value; model.send_msg({text: told}); } };
  area.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(tell, 700); });
  area.addEventListener('change', tell);
  model.on('text', () => {
    if (model.text === area.value) { told = model.text; return; }
    // What is being typed stands, and is told when typing rests.
    if (area.value !== told) return;
    const at = area.selectionStart, top = area.scrollTop;
    area.value = told = model.text; area.setSelectionRange(at, at); area.scrollTop = top;
  });
  box.append(label, area);
  return box;
}
