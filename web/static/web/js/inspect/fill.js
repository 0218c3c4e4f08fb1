// Puts a kept form's content back into the form, so that nobody says anything twice. What proves it
// comes along only when the kept form is given up: otherwise it is sent with that one.

const OURS = ["client_id", "seen", "version", "then", "item", "stay"];
const PROOFS = ["photo", "record", "taken_at", "latitude", "longitude"];

export function fill(form, fields, { proofs }) {
  const left = new Set(proofs ? OURS : [...OURS, ...PROOFS]);
  const said = fields.filter(([name]) => !left.has(name));
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
