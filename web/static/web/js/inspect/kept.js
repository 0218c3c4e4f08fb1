// An inspection without a network: the item whose address is asked for, its form kept instead of
// sent, and on to the next. All words come from the page itself, in the reader's language.

import { SHELL } from "../kept/doors.js";
import { lineOf } from "../kept/forms.js";
import { sendAll, SignedOut } from "../kept/send.js";
import { keep, lines } from "../kept/store.js";
import { fill } from "./fill.js";
import "./photo.js";

const main = document.getElementById("main");
const { door, home } = main.dataset;
const items = document.getElementById("kept-items");
const screens = [...items.querySelectorAll("[data-screen]")];
const codes = screens.map((screen) => screen.dataset.screen);
const state = document.getElementById("kept-state");
const asked = decodeURIComponent(/\/items\/([^/]+)\/$/.exec(window.location.pathname)?.[1] ?? "");

const mine = async () => (await lines()).filter((line) => line.door === door);

// Which answers there are: as the page was made, as other pages have seen since, and as kept here.
async function known() {
  const stored = await caches.match(`${door}answers`, { cacheName: SHELL });
  const answers = stored ? await stored.json() : {};
  for (const line of await mine()) answers[line.item] = [line.key];
  return answers;
}

async function remember(item, key) {
  const cache = await caches.open(SHELL);
  const answers = { ...(await known()), [item]: [key] };
  await cache.put(`${door}answers`, new Response(JSON.stringify(answers)));
}

function isDone(code, answers) {
  return answers[code] || "answered" in screens[codes.indexOf(code)].dataset;
}

function next(after, answers) {
  const start = codes.indexOf(after) + 1;
  const around = [...codes.slice(start), ...codes.slice(0, start)];
  const open = around.find((code) => !isDone(code, answers));
  return open ? `${home}items/${open}/` : home;
}

async function show() {
  const answers = await known();
  const waiting = await mine();
  document.getElementById("kept-count").textContent = waiting.length;
  const done = codes.filter((code) => isDone(code, answers)).length;
  document.getElementById("walk-done").textContent = done;
  document.querySelector(".nb-walk-head progress").value = done;
  for (const line of waiting) {
    const link = document.querySelector(`#kept-overview [data-code="${CSS.escape(line.item)}"]`);
    if (link && !link.dataset.kept) link.append(document.getElementById("piece-kept").content.cloneNode(true));
    if (link) link.dataset.kept = "yes";
  }
  const screen = screens.find((one) => one.dataset.screen === asked);
  document.getElementById("kept-overview").hidden = Boolean(screen);
  if (!screen) return;
  screen.hidden = false;
  const form = screen.querySelector("form");
  const last = waiting.filter((line) => line.item === asked).at(-1);
  if (form && last) fill(form, last.fields, { proofs: false });
  if (form && answers[asked]) see(form, answers[asked]);
}

// Saving the form says which answers were known.
function see(form, keys) {
  for (const field of form.querySelectorAll("input[name=seen]")) field.remove();
  for (const key of keys) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value: key });
    form.append(field);
  }
}

items.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  form.elements.client_id.value = crypto.randomUUID();
  const line = lineOf(form.action, new FormData(form, event.submitter));
  await keep(line);
  await remember(line.item, line.key);
  const stays = event.submitter?.name === "stay";
  window.location.assign(stays ? form.action : next(line.item, await known()));
});

async function trySending() {
  const online = document.getElementById("kept-online");
  try {
    await sendAll();
    const answer = await fetch(`${door}token/`, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) throw new SignedOut();
    state.textContent = state.dataset.online;
    online.hidden = false;
  } catch (trouble) {
    state.textContent = trouble instanceof SignedOut ? state.dataset.signedOut : state.dataset.offline;
    online.hidden = !(trouble instanceof SignedOut);
  }
  document.getElementById("kept-count").textContent = (await mine()).length;
}

const isKnown = asked || [home, door].includes(window.location.pathname);
show().then(async () => {
  await trySending();
  if (!isKnown) state.textContent = state.dataset.needs;
});
window.addEventListener("online", trySending);
setInterval(trySending, 5000);
