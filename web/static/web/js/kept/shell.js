// Makes a device ready to go on alone: its worker, and the kept page as things are now, with its parts.

import { SHELL } from "./doors.js";

// Registers the worker and waits until it looks after this page. A page that was loading while the
// worker awoke is not claimed by itself and asks for it.
export async function lookAfter(worker, scope) {
  await navigator.serviceWorker.register(worker, { scope, type: "module" });
  const { active } = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) active.postMessage("claim");
}

export async function storeShell(address, parts = "") {
  if (!("caches" in window)) return;
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(SHELL);
  await cache.put(address, answer.clone());
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = [...page.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")];
  const addresses = found.map((part) => part.getAttribute("href") ?? part.getAttribute("src"));
  addresses.push(...parts.split(" ").filter(Boolean));
  await Promise.allSettled(addresses.map((part) => cache.add(part)));
}
