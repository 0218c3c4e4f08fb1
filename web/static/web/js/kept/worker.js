// A desk, or an inspection, without a network. Pages come from the network as always; when it does
// not answer, the kept page takes their place, and a form that was being sent is kept, not lost.

import { doorOf, SHELL } from "./doors.js";
import { lineOf } from "./forms.js";
import { keep } from "./store.js";

const FORGET_AFTER_MS = 12 * 60 * 60 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && doorOf(address.pathname)) {
    event.respondWith(page(request, address));
  } else if (request.method === "GET" && request.destination !== "" && request.destination !== "document") {
    event.respondWith(part(request));
  }
});

async function page(request, address) {
  const copy = request.method === "POST" ? request.clone() : null;
  try {
    return await fetch(request);
  } catch (gone) {
    const shell = await shellOf(doorOf(address.pathname));
    if (!shell) throw gone;
    const line = copy && lineOf(request.url, await copy.formData());
    if (line) await keep(line);
    return line?.then ? Response.redirect(new URL(line.then, address), 303) : shell;
  }
}

// Styles, scripts and pictures of the kept page.
async function part(request) {
  try {
    return await fetch(request);
  } catch (gone) {
    const found = await caches.match(request, { cacheName: SHELL, ignoreVary: true });
    if (found) return found;
    throw gone;
  }
}

async function shellOf(door) {
  const found = await caches.match(door, { cacheName: SHELL, ignoreVary: true });
  const made = Date.parse(found?.headers.get("date") ?? "");
  return found && Date.now() - made < FORGET_AFTER_MS ? found : null;
}
