export function render({model}) {
  const box = document.createElement('div'); box.className = 'field';
  const label = document.createElement('label'), input = document.createElement('input'), hint = document.createElement('span');
  input.type = 'file'; input.multiple = true; input.accept = model.accept; input.id = 'upload'; label.htmlFor = 'upload';
  label.textContent = model.label; hint.className = 'hint'; hint.id = 'uploadhint'; hint.textContent = model.help;
  input.setAttribute('aria-describedby', 'uploadhint');
  const read = (file) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done({name: file.name, content: reader.result.split(',')[1] || ''});
    reader.readAsDataURL(file);
  });
  input.addEventListener('change', async () => {
    const files = [...input.files], size = files.reduce((sum, file) => sum + file.size, 0);
    if (!files.length) return;
    if (size > model.most_bytes) { model.send_msg({too_large: size}); return; }
    model.send_msg({files: await Promise.all(files.map(read))});
    input.value = '';
  });
  box.append(label, input, hint);
  return box;
}
