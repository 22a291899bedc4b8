// What a popup holds: copies of the cards in the list, which the server has escaped and translated.
import { FILTERS, labelOf } from "./place-filters.js";
import { counted, page } from "./place-words.js";

export function cardOf(entries, openId) {
  return entries.length > 1 ? houseCard(entries, openId) : singleCard(entries[0]);
}

function singleCard(entry) {
  const content = document.createElement("div");
  const title = content.appendChild(document.createElement("h3"));
  title.className = "card-names";
  title.append(namesOf(entry));
  content.append(copyOfCard(entry));
  return content;
}

function houseCard(entries, openId) {
  const content = document.createElement("div");
  const title = content.appendChild(document.createElement("p"));
  title.className = "card-count";
  title.textContent = counted(page.text.here, entries.length);
  for (const entry of entries) {
    const part = content.appendChild(document.createElement("details"));
    part.open = entry.dataset.id === openId;
    part.appendChild(document.createElement("summary")).append(namesOf(entry));
    part.append(copyOfCard(entry));
  }
  return content;
}

const namesOf = (entry) => entry.querySelector(".entry-names").cloneNode(true);

function copyOfCard(entry) {
  const card = entry.querySelector(".card").cloneNode(true);
  card.hidden = false;
  return card;
}

export function simulatedCard({ facts, properties }) {
  const content = document.createElement("div");
  const add = (tag, className, text) => {
    const element = content.appendChild(document.createElement(tag));
    element.className = className;
    element.textContent = text;
  };
  const kinds = FILTERS.slice(0, 2).flatMap((filter) => facts[filter].map((value) => labelOf(filter, value)));
  add("p", "warning", page.text.simulated);
  add("h3", "card-names", page.lang === "ko" ? properties.name_ko : properties.name_en);
  add("p", "card-kind", kinds.join(" · "));
  add("p", "basis", page.text.simulated_more);
  return content;
}
