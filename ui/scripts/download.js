export function render({model}) {
  const box = document.createElement('div'); box.className = 'actions';
  const draw = () => box.replaceChildren(...model.items.map(([key, label, help]) => {
    const b = document.createElement('button'); b.type = 'button'; b.className = 'act'; b.textContent = label; b.title = help;
    b.addEventListener('click', () => {
      if (key === 'print') { window.print(); return; }
      model.send_msg({key});
    });
    return b;
  }));
  draw(); model.on('items', draw);
  model.on('msg:custom', (event) => {
    const data = event.data || event;
    const bytes = Uint8Array.from(atob(data.content), (c) => c.charCodeAt(0));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], {type: data.mime})); link.download = data.name;
    document.body.append(link); link.click(); link.remove(); setTimeout(() => URL.revokeObjectURL(link.href), 2000);
  });
  return box;
}
