// Which page stands in for others while the network is gone: a branch's desk has one, and so has
// each inspection. Used by the service worker, so it imports nothing and touches no page.

export const SHELL = "nuanban-desk-shell";

const DOORS = [/^\/desk\/[^/]+\//, /^\/region\/audits\/inspections\/[0-9a-f-]{36}\//];

// The address of the kept page for an address, or null where none is kept.
export function doorOf(pathname) {
  for (const door of DOORS) {
    const match = door.exec(pathname);
    if (match) return `${match[0]}kept/`;
  }
  return null;
}
