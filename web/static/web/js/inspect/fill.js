// Puts a kept form's content back into the form, so that nobody says anything twice.

const OURS = new Set(["client_id", "seen", "version", "then", "item", "stay"]);

export function fill(form, fields) {
  const said = fields.filter(([name]) => !OURS.has(name));
  for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) {
    box.checked = said.some(([name, value]) => name === box.name && value === box.value);
  }
  for (const [name, value] of said) {
    const field = form.elements[name];
    if (!field || field instanceof RadioNodeList) continue;
    if (field.type === "file") {
      if (!value.size) continue;
      const files = field.files.length ? [...field.files] : [];
      const all = new DataTransfer();
      for (const file of [...files, value]) all.items.add(file);
      field.files = all.files;
    } else if (field.type !== "checkbox") field.value = value;
  }
  for (const fold of form.querySelectorAll("details:has(:checked)")) fold.open = true;
}
