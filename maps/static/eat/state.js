// What a view asks for, in the address: search, filters, and the first result shown.
const NAMES = ["q", "task", "cuisine", "halal", "speaks", "start"];
const CLASSES = { task: "t", cuisine: "c", halal: "h", speaks: "l" };

export function readState(search) {
  const given = new URLSearchParams(search);
  const state = { saved: given.get("saved") === "1" };
  for (const name of NAMES) state[name] = given.get(name) ?? "";
  state.start = Math.max(0, Number.parseInt(state.start, 10) || 0);
  return state;
}

export function queryOf(state, lang) {
  const query = new URLSearchParams();
  for (const name of NAMES) if (state[name]) query.set(name, state[name]);
  if (state.saved) query.set("saved", "1");
  query.set("lang", lang);
  return query.toString();
}

export const isOpening = (state) => !state.saved && NAMES.every((name) => name === "start" || !state[name]);

export function tagsOf(state) {
  return Object.entries(CLASSES).filter(([name]) => state[name]).map(([name, kind]) => `${kind}:${state[name]}`);
}
