// What this device keeps while the network is gone: lines in IndexedDB, in the order they were
// written. Used by the pages and by the service worker, so it imports nothing and touches no page.

const NAME = "nuanban-desk";
const LINES = "lines";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(LINES, { keyPath: "number", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction(LINES, mode);
      const asked = act(transaction.objectStore(LINES));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}

// A desk's line: { code, key, kind, escort, at, said }; an inspection's form: { door, item, key, at,
// then, fields }, and "refused" once the server has said why not. The same key is kept once.
export async function keep(line) {
  const there = (await lines()).some((one) => one.key === line.key);
  if (!there) await within("readwrite", (store) => store.add(line));
}

export function lines() {
  return within("readonly", (store) => store.getAll());
}

export function forget(number) {
  return within("readwrite", (store) => store.delete(number));
}

// The server did not accept a form: a person has to look at it, and it is not sent again by itself.
export async function refuse(line, message) {
  await within("readwrite", (store) => store.put({ ...line, refused: message || true }));
}
