export function render({model}) {
  const line = document.createElement('p');
  line.className = 'status'; line.setAttribute('role', 'status'); line.setAttribute('aria-live', 'polite');
  const draw = () => { line.textContent = model.text; line.dataset.busy = model.busy ? 'yes' : 'no'; };
  draw(); model.on(['text', 'busy'], draw);
  return line;
}
