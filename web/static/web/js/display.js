// Text size and contrast change at once, without losing what is typed. Without this script the same
// form posts and the page comes back changed.

const root = document.documentElement;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-display]") || !button) return;
  event.preventDefault();
  const data = new FormData(form, button);
  root.dataset[button.name] = button.value;
  for (const other of form.querySelectorAll(`button[name="${button.name}"]`)) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  try {
    // keepalive: who changes the size and goes on at once still finds it changed afterwards.
    await fetch(form.action, { method: "POST", body: data, redirect: "manual", keepalive: true });
  } catch {
    // The look has changed; only remembering it has failed, and the next page will ask again.
  }
});
