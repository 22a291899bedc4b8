// The filter form: the one state of the visitors' page, its option counts and its chips.
import { page, written } from "./place-words.js";

export const FILTERS = ["category", "cuisine", "halal"];

const form = document.getElementById("filters");
const search = document.getElementById("search");

export function state() {
  const now = Object.fromEntries(FILTERS.map((filter) => [filter, new Set(chosen(filter))]));
  return { ...now, text: search.value.trim().toLowerCase(), simulated: form.elements.simulated.checked };
}

function chosen(filter) {
  return [...form.querySelectorAll(`input[name="${filter}"]:checked`)].map((box) => box.value);
}

// `facts` holds a list of values for each filter; `except` names a filter to leave out.
export function passes(facts, now, except) {
  return FILTERS.every((filter) => filter === except || !now[filter].size || facts[filter].some((value) => now[filter].has(value)));
}

export function address(now, place, lang) {
  const pairs = FILTERS.filter((filter) => now[filter].size).map((filter) => [filter, [...now[filter]]]);
  const asks = pairs.length || now.simulated || place;
  // An address that asks for nothing opens on food and drink.
  if (isOpening(now) && !place) pairs.length = 0;
  else if (!asks) pairs.push(["category", ["all"]]);
  if (now.simulated) pairs.push(["simulated", ["true"]]);
  if (place) pairs.push(["place", [place]]);
  pairs.push(["lang", [lang]]);
  return `?${pairs.map(([name, values]) => `${name}=${values.map(encodeURIComponent).join(",")}`).join("&")}`;
}

function isOpening(now) {
  const { category, cuisine, halal, simulated } = now;
  return !cuisine.size && !halal.size && !simulated && category.size === page.opening.length && page.opening.every((one) => category.has(one));
}

export function labelOf(filter, value) {
  const box = form.querySelector(`input[name="${filter}"][value="${CSS.escape(value)}"]`);
  return box ? box.closest("label").querySelector(".label").textContent : value;
}

// An option shows how many places it would leave, given the other filters.
export function showOptionCounts(filter, others, extra) {
  const counts = new Map();
  for (const value of others.flatMap((facts) => facts[filter])) counts.set(value, (counts.get(value) ?? 0) + 1);
  const also = new Set(extra.flatMap((facts) => facts[filter]));
  for (const box of form.querySelectorAll(`input[name="${filter}"]`)) {
    const count = counts.get(box.value) ?? 0;
    const pill = box.closest("label");
    pill.querySelector(".number").textContent = written(count);
    pill.classList.toggle("empty", !count);
    if (also.has(box.value)) pill.hidden = false;
  }
}

export function showChips(changed) {
  const chips = document.getElementById("chips");
  const boxes = [...form.querySelectorAll(".pill input:checked")];
  chips.hidden = !boxes.length;
  chips.replaceChildren(...boxes.map((box) => chip(box, changed)));
}

function chip(box, changed) {
  const label = box.closest("label").querySelector(".label").textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `${label} ×`;
  button.setAttribute("aria-label", `${page.text.remove}: ${label}`);
  button.addEventListener("click", () => {
    box.checked = false;
    changed();
    (document.querySelector("#chips button") ?? search).focus();
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

export function onChange(changed) {
  // The search has reported every letter already; leaving it changes nothing.
  form.addEventListener("change", ({ target }) => target !== search && changed());
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  search.addEventListener("input", changed);
  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    form.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = box.name === "category" && page.opening.includes(box.value); });
    search.value = "";
    changed();
  });
}
