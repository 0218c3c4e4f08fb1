// Stores what a device needs to go on alone: the kept page, as things are now, and its parts.

import { SHELL } from "./doors.js";

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
