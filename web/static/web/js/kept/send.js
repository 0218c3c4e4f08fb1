// Sends what was kept: in order, one line after the other, each until the server has it.

import { forget, lines, refuse } from "./store.js";

export class SignedOut extends Error {}

const doorOf = (line) => line.door ?? `/desk/${line.code}/kept/`;

// A token to send with, or null where this door is not open to us any more.
async function token(door) {
  const answer = await fetch(`${door}token/`, { redirect: "manual", cache: "no-store" });
  if (answer.status === 404 || answer.status === 403) return null;
  if (!answer.ok) throw new SignedOut();
  return (await answer.json()).token;
}

// A desk's line is JSON; an inspection's form goes as it was filled in, photos and all.
function parcel(line) {
  const sent_at = new Date().toISOString();
  if (!line.fields) {
    const { code, number, ...rest } = line;
    return { headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...rest, sent_at }) };
  }
  const body = new FormData();
  for (const [name, value] of line.fields) {
    if (name !== "sent_at" && !(value instanceof Blob && !value.size)) body.append(name, value);
  }
  body.append("at", line.at);
  body.append("sent_at", sent_at);
  return { headers: {}, body };
}

async function send(line, csrf) {
  const { headers, body } = parcel(line);
  const answer = await fetch(doorOf(line), {
    method: "POST",
    headers: { ...headers, "X-CSRFToken": csrf },
    body,
    redirect: "manual",
  });
  const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (line.fields && isOurs && answer.status >= 400 && answer.status < 500) {
    return { refused: (await answer.json()).message };
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
  // A line that the server cannot even read is kept for a person to look at, and does not block.
  if (answer.status === 400) return { outcome: "unreadable" };
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

let running = null;

// How many were sent. A second call while the first is under way is the same call.
export function sendAll() {
  running ??= sendEach().finally(() => {
    running = null;
  });
  return running;
}

async function sendEach() {
  const waiting = (await lines()).filter((line) => !line.refused);
  let sent = 0;
  const tokens = new Map();
  for (const line of waiting) {
    const door = doorOf(line);
    if (!tokens.has(door)) tokens.set(door, await token(door));
    const csrf = tokens.get(door);
    if (csrf === null && !line.fields) throw new SignedOut();
    await navigator.locks.request("nuanban-kept", async () => {
      const still = (await lines()).some((one) => one.number === line.number);
      if (!still) return;
      const answer = csrf === null ? { refused: "" } : await send(line, csrf);
      if ("refused" in answer) await refuse(line, answer.refused);
      if ("refused" in answer || answer.outcome === "unreadable") return;
      await forget(line.number);
      sent += 1;
    });
  }
  return sent;
}
