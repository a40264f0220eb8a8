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
  // The address always tells what is seen. Another page, other plans or another measure are a step that the back
  // button takes back; a lever's settings are not, as undo does that.
  const STEPS = ['page', 'plans', 'measure'];
  const same = (a, b) => { const [x, y] = [a, b].map((each) => new URLSearchParams(each)); return STEPS.every((key) => x.get(key) === y.get(key)); };
  const write = (begins) => {
    if (!model.address || location.search === model.address) return;
    const is_step = begins !== true && !same(location.search, model.address);
    history[is_step ? 'pushState' : 'replaceState']({}, '', model.address + location.hash);
  };
  const back = () => model.send_msg({address: location.search});
  write(true); model.on('address', () => write(false));
  addEventListener('popstate', back); model.on('remove', () => removeEventListener('popstate', back));
  model.on('current', () => {
    for (const [i, link] of [...nav.children].entries()) {
      if (model.items[i][0] === model.current) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  });
  return nav;
}
