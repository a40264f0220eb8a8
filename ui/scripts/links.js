export function render({model}) {
  const nav = document.createElement('nav'); nav.className = 'pages'; nav.setAttribute('aria-label', 'Pages');
  const draw = () => nav.replaceChildren(...model.items.map(([key, title, address]) => {
    const link = document.createElement('a'); link.textContent = title; link.href = address;
    if (key === model.current) link.setAttribute('aria-current', 'page');
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault(); model.current = key;
    });
    return link;
  }));
  draw(); model.on('items', draw);
  model.on('current', () => {
    for (const [i, link] of [...nav.children].entries()) {
      if (model.items[i][0] === model.current) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  });
  return nav;
}
