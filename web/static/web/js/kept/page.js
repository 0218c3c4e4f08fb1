// The kept page: what can be logged without a network, and what waits to be sent. All words come
// from the page itself, in the reader's language.

import { keep, lines } from "./store.js";
import { sendAll, SignedOut } from "./send.js";

const code = document.body.querySelector("[data-branch]").dataset.branch;
const facts = JSON.parse(document.getElementById("facts").textContent);
const list = document.getElementById("kept-lines");
const people = document.getElementById("kept-people");
const state = document.getElementById("kept-state");
const words = state.dataset;

function write(kind, said, escort = null, key = crypto.randomUUID()) {
  return keep({ code, key, kind, escort, said, at: new Date().toISOString() }).then(refresh).then(trySending);
}

// Who is in the lobby: as the board was, and as the kept lines have changed it.
function lobby(kept) {
  const found = new Map(facts.people.map((one) => [one.id, { ...one }]));
  for (const line of kept) {
    if (line.kind === "arrive") {
      found.set(line.key, { id: line.key, name: line.said.nickname || words.somebody, status: "waiting" });
    }
    const person = found.get(line.escort);
    if (!person) continue;
    if (line.kind === "take") {
      person.status = "accompanied";
      person.with = facts.colleagues.find((one) => `${one.id}` === `${line.said.assistant}`)?.name ?? "";
    }
    if (line.kind === "finish" || line.kind === "leave") found.delete(line.escort);
  }
  return [...found.values()];
}

function piece(name, filled) {
  const node = document.getElementById(`piece-${name}`).content.firstElementChild.cloneNode(true);
  for (const [part, text] of Object.entries(filled)) {
    for (const spot of node.querySelectorAll(`[data-${part}]`)) spot.textContent = text;
  }
  return node;
}

function card(person) {
  const node = piece(person.status, { name: person.name, with: person.with ?? "" });
  node.dataset.escort = person.id;
  const select = node.querySelector("select");
  for (const one of facts.colleagues) select?.add(new Option(one.name, one.id));
  if (facts.me && select) select.value = facts.me;
  return node;
}

async function refresh() {
  const kept = (await lines()).filter((line) => line.code === code);
  list.replaceChildren(
    ...kept.map((line) =>
      piece("line", {
        time: line.at ? new Date(line.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "",
        kind: words[line.kind],
        said: line.said.nickname || line.said.words || "",
      }),
    ),
  );
  document.getElementById("kept-count").textContent = kept.length;
  document.getElementById("kept-none").hidden = kept.length > 0;
  people.replaceChildren(...lobby(kept).map(card));
}

async function trySending() {
  try {
    const sent = await sendAll();
    state.textContent = sent ? words.sent : words.online;
    if (sent) await refresh();
  } catch (trouble) {
    state.textContent = trouble instanceof SignedOut ? words.signedOut : words.offline;
  }
}

document.getElementById("kept-arrive").addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(event.target, event.submitter);
  await write("arrive", {
    nickname: data.get("nickname"),
    service: data.get("service"),
    needs: data.getAll("needs"),
  });
  event.target.reset();
});

people.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(event.target);
  const escort = event.target.closest("[data-escort]").dataset.escort;
  await write(event.target.dataset.kind, { assistant: data.get("assistant") ?? "", words: data.get("words") ?? "" }, escort);
});

window.addEventListener("online", trySending);
setInterval(trySending, 5000);
refresh().then(trySending);
