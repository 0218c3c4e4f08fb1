// The board without a network: it says that it is old, keeps a page to log on, and sends what was
// kept as soon as somebody answers again.

import { lines } from "./kept/store.js";
import { sendAll, SignedOut } from "./kept/send.js";

const SHELL = "nuanban-desk-shell";
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

// What the tablet needs to go on alone: the page, as the lobby is now, and its parts.
async function storePage() {
  if (!kept || !("caches" in window)) return;
  const answer = await fetch(kept.dataset.page, { cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(SHELL);
  await cache.put(kept.dataset.page, answer.clone());
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...page.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")];
  const addresses = parts.map((part) => part.getAttribute("href") ?? part.getAttribute("src"));
  addresses.push(...(kept.dataset.parts ?? "").split(" ").filter(Boolean));
  await Promise.allSettled(addresses.map((address) => cache.add(address)));
}

async function send() {
  if (!kept) return;
  let waiting = (await lines()).length;
  try {
    if (waiting && (await sendAll())) window.location.reload();
  } catch (trouble) {
    if (!(trouble instanceof SignedOut || trouble instanceof TypeError)) console.warn(trouble);
  }
  waiting = (await lines()).length;
  kept.hidden = waiting === 0;
  kept.querySelector("[data-count]").textContent = waiting;
}

if (kept && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(kept.dataset.worker, { scope: "/desk/", type: "module" });
  navigator.serviceWorker.ready.then(storePage);
  setInterval(storePage, 60000);
}
send();
