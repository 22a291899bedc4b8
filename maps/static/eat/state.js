// What a view asks for, in the address: search, filters, and the first result shown.
const NAMES = ["q", "task", "cuisine", "halal", "speaks", "start", "near"];
export const CLASSES = { task: "t", cuisine: "c", halal: "h", speaks: "l" };

/** Read an address as the service does: what there is not is not asked for, because nobody typed it. */
export function readState(search, page) {
  const given = new URLSearchParams(search);
  const state = { saved: given.get("saved") === "1" };
  for (const name of NAMES) state[name] = given.get(name) ?? "";
  for (const [name, kind] of Object.entries(CLASSES)) if (!Object.hasOwn(page.labels, `${kind}:${state[name]}`)) state[name] = "";
  state.near = page.near?.code ?? ""; // a page is that of its corner, whatever is asked for on it
  state.q = state.q.trim().slice(0, page.letters);
  state.start = /^[0-9]+$/.test(state.start) ? Number(state.start) : 0;
  return state;
}

export function queryOf(state, lang) {
  const query = new URLSearchParams();
  for (const name of NAMES) if (state[name]) query.set(name, state[name]);
  if (state.saved) query.set("saved", "1");
  query.set("lang", lang);
  return query.toString();
}

export const isOpening = (state) => !state.saved && NAMES.every((name) => name === "start" || name === "near" || !state[name]);

export function tagsOf(state) {
  return Object.entries(CLASSES).filter(([name]) => state[name]).map(([name, kind]) => `${kind}:${state[name]}`);
}
