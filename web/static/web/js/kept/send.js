// Sends what was kept: in order, one line after the other, each until the server has it.

import { forget, lines } from "./store.js";

export class SignedOut extends Error {}

async function token(code) {
  const answer = await fetch(`/desk/${code}/kept/token/`, { redirect: "manual", cache: "no-store" });
  if (!answer.ok) throw new SignedOut();
  return (await answer.json()).token;
}

async function send(line, csrf) {
  const { code, number, ...rest } = line;
  const answer = await fetch(`/desk/${code}/kept/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify({ ...rest, sent_at: new Date().toISOString() }),
    redirect: "manual",
  });
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
  const waiting = await lines();
  let sent = 0;
  const tokens = new Map();
  for (const line of waiting) {
    if (!tokens.has(line.code)) tokens.set(line.code, await token(line.code));
    await navigator.locks.request("nuanban-kept", async () => {
      const still = (await lines()).some((one) => one.number === line.number);
      if (!still) return;
      const answer = await send(line, tokens.get(line.code));
      if (answer.outcome === "unreadable") return;
      await forget(line.number);
      sent += 1;
    });
  }
  return sent;
}
