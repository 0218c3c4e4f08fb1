// The board without a network: it says that it is old, keeps a page to log on, and sends what was
// kept as soon as somebody answers again.

import { lines } from "./kept/store.js";
import { sendAll, SignedOut } from "./kept/send.js";
import { lookAfter, storeShell } from "./kept/shell.js";

const offline = document.getElementById("offline");
const kept = document.getElementById("kept");

for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(trouble, () => {
    offline.hidden = false;
  });
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  offline.hidden = true;
  send();
});

// The lines of desks; an inspection that waits on the same device speaks for itself.
const deskLines = async () => (await lines()).filter((line) => !line.door).length;

const storePage = () => storeShell(kept.dataset.page, kept.dataset.parts);

async function send() {
  if (!kept) return;
  let waiting = await deskLines();
  try {
    if (waiting && (await sendAll())) window.location.reload();
  } catch (trouble) {
    if (!(trouble instanceof SignedOut || trouble instanceof TypeError)) console.warn(trouble);
  }
  waiting = await deskLines();
  kept.hidden = waiting === 0;
  kept.querySelector("[data-count]").textContent = waiting;
}

if (kept && "serviceWorker" in navigator) {
  lookAfter(kept.dataset.worker, "/desk/").then(storePage);
  setInterval(storePage, 60000);
}
send();
