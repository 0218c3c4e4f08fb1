// The pages of an inspection while there is a network: they send what waits, and keep what the phone
// needs to go on alone.

import { SHELL } from "../kept/doors.js";
import { sendAll, SignedOut } from "../kept/send.js";
import { lookAfter, storeShell } from "../kept/shell.js";
import { forget, lines } from "../kept/store.js";
import { fill } from "./fill.js";
import "./photo.js";
import "./sign.js";

const FRESH_MS = 3 * 60 * 1000;
const kept = document.getElementById("kept");
const door = kept?.dataset.page;

const mine = async () => (await lines()).filter((line) => line.door === door);

// The kept page is large: it is fetched now and then, and what was answered since stands beside it.
async function store() {
  const cache = await caches.open(SHELL);
  const answers = document.getElementById("kept-answers").textContent;
  const known = await cache.match(door, { ignoreVary: true });
  const age = Date.now() - Date.parse(known?.headers.get("date") ?? "");
  if (!(age < FRESH_MS)) await storeShell(door, kept.dataset.parts);
  await cache.put(`${door}answers`, new Response(answers, { headers: { "Content-Type": "application/json" } }));
}

async function send() {
  try {
    // What has just been sent changes this page, unless somebody is typing on it.
    if ((await mine()).some((line) => !line.refused) && (await sendAll()) && !isTouched) {
      window.location.replace(window.location.pathname);
      return;
    }
  } catch (trouble) {
    if (!(trouble instanceof SignedOut || trouble instanceof TypeError)) console.warn(trouble);
  }
  await show();
}

async function show() {
  const left = await mine();
  const waiting = left.filter((line) => !line.refused);
  kept.hidden = waiting.length === 0;
  kept.querySelector("[data-count]").textContent = waiting.length;
  const place = document.getElementById("refused");
  place.replaceChildren(...left.filter((line) => line.refused).map(refusal));
}

function refusal(line) {
  const node = document.getElementById("piece-refused").content.firstElementChild.cloneNode(true);
  node.querySelector("[data-item]").textContent = line.item;
  node.querySelector("[data-message]").textContent = line.refused === true ? "" : line.refused;
  const open = node.querySelector("[data-open]");
  open.href = `${door.replace(/kept\/$/, "")}items/${line.item}/#fill-${line.number}`;
  open.addEventListener("click", () => setTimeout(takeUp));
  node.querySelector("[data-forget]").addEventListener("click", () => forget(line.number).then(show));
  return node;
}

// "Fill in what I said": the form of this page takes the kept one's content.
async function takeUp() {
  const number = Number(/^#fill-(\d+)$/.exec(window.location.hash)?.[1]);
  const line = number && (await mine()).find((one) => one.number === number);
  const form = document.querySelector("form[data-item]");
  if (!line || form?.dataset.item !== line.item) return;
  fill(form, line.fields, { proofs: true });
  await forget(number);
  window.history.replaceState(null, "", window.location.pathname);
  await show();
}

let isTouched = false;
document.addEventListener("input", () => {
  isTouched = true;
});

if (kept && "serviceWorker" in navigator) {
  lookAfter(kept.dataset.worker, kept.dataset.scope).then(store);
  send().then(takeUp);
  window.addEventListener("online", send);
}
