// Which forms can be kept, and as what: the desk's as lines of their own, an inspection's items whole.
// The names of the inputs are the forms'.

const ESCORT = "([0-9a-f-]{36})";
const FORMS = [
  {
    path: /^\/desk\/([^/]+)\/arrivals\/$/,
    line: (data, [, code]) => ({
      code,
      key: data.get("client_key"),
      kind: "arrive",
      said: {
        nickname: data.get("nickname") ?? "",
        customer: data.get("customer") ?? "",
        service: data.get("service"),
        needs: data.getAll("needs"),
        wanted_skills: data.getAll("wanted_skills"),
      },
    }),
  },
  ...["take", "tick", "finish", "leave"].map((kind) => ({
    path: new RegExp(`^/desk/([^/]+)/escorts/${ESCORT}/${kind}/$`),
    line: (data, [, code, escort]) => ({
      code,
      key: crypto.randomUUID(),
      kind,
      escort,
      said: {
        assistant: data.get("assistant") ?? "",
        number: data.get("number") ?? "",
        words: data.get("outcome") ?? data.get("reason") ?? "",
        kit_given: data.get("kit_given") === "on",
        device_taught: data.get("device_taught") === "on",
        remark: data.get("remark") ?? "",
      },
    }),
  })),
  {
    path: /^(\/region\/audits\/inspections\/[0-9a-f-]{36}\/)items\/([^/]+)\/$/,
    line: (data, [, inspection, item]) => ({
      door: `${inspection}kept/`,
      item,
      key: data.get("client_id"),
      then: data.has("stay") ? "" : data.get("then"),
      fields: [...data.entries()].filter(([name]) => name !== "csrfmiddlewaretoken"),
    }),
  },
];

// The line that a form's address and data make, or null for a form that needs the network.
export function lineOf(address, data) {
  const path = new URL(address).pathname;
  for (const form of FORMS) {
    const match = form.path.exec(path);
    if (match) return { at: new Date().toISOString(), ...form.line(data, match) };
  }
  return null;
}
