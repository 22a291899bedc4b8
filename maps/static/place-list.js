// The three lists: their beginnings are written at once, the rest when somebody asks for more.
import { describe, isShort, languageOf, placeOf } from "./place-data.js";
import { page, written } from "./place-words.js";

const STEP = 40; // entries that a press of the button adds
const FIRST = 20;

const list = document.getElementById("list");
const blank = document.getElementById("entry-template").content.firstElementChild;
const marks = document.getElementById("mark-template").content;
const sections = new Map([...document.querySelectorAll("[data-section]")].map((one) => [one.dataset.section, { element: one, found: [], shown: FIRST }]));

const sectionOf = (place) => (place.kind === "centre" ? "centres" : place.pinned ? "on-map" : "off-map");

// Write the lists of the places found, from their beginning.
export function write(found, hrefOf) {
  for (const [name, section] of sections) {
    const here = found.filter((one) => sectionOf(one) === name);
    // The place that the address names is not to be looked for.
    section.found = [...here.filter((one) => one.id === page.place), ...here.filter((one) => one.id !== page.place)];
    section.shown = FIRST;
    section.hrefOf = hrefOf;
    section.element.querySelector("[data-count]").textContent = written(section.found.length);
    section.element.querySelector(".nothing").hidden = section.found.length > 0;
    section.element.querySelector(".entries").replaceChildren();
    fill(section);
  }
}

function fill(section) {
  const entries = section.element.querySelector(".entries");
  const missing = section.found.slice(entries.childElementCount, section.shown);
  entries.append(...missing.map((one) => entry(one, section.hrefOf)));
  section.element.querySelector("[data-more]").hidden = section.found.length <= section.shown;
}

// The entry of a place, null where it is not written.
export const entryOf = (id) => list.querySelector(`[data-id="${CSS.escape(id)}"]`);

function entry(place, hrefOf) {
  const item = blank.cloneNode(true);
  Object.assign(item.dataset, { id: place.id, kind: place.kind, pinned: String(place.pinned) });
  item.querySelector(".entry-head").href = hrefOf(place);
  item.querySelector(".entry-mark").append(markOf(place));
  nameInto(item.querySelector(".entry-names"), place);
  const more = item.querySelector(".entry-more");
  more.textContent = describe(place);
  if (place.address) {
    const address = document.createElement("span");
    Object.assign(address, { lang: "ko", translate: false, textContent: place.address.split(" ").slice(2).join(" ") });
    more.append(" · ", address);
  }
  return item;
}

function markOf({ kind, facts }) {
  const mark = marks.querySelector(`[data-symbol="${kind === "centre" ? "centre" : facts.category[0]}"] svg`).cloneNode(true);
  if (facts.cuisine.length === 1 && isShort(facts.cuisine[0])) mark.querySelector("text").textContent = facts.cuisine[0].toUpperCase();
  return mark;
}

function nameInto(box, { name, other, korean }) {
  const first = box.querySelector(".name");
  Object.assign(first, { lang: languageOf(korean), textContent: name });
  if (!other) return;
  const second = box.appendChild(document.createElement("bdi"));
  Object.assign(second, { className: "other-name", lang: languageOf(!korean), translate: false, textContent: other });
}

export const nameOf = (id) => {
  const { name, other } = placeOf.get(id);
  return other ? `${name} ${other}` : name;
};

list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-more]");
  if (!button) return;
  const section = sections.get(button.closest("[data-section]").dataset.section);
  const before = section.shown;
  section.shown += STEP;
  fill(section);
  section.element.querySelectorAll(".entry-head")[before]?.focus();
});
