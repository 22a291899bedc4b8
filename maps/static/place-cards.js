// What a popup holds: the cards of a house, which the server writes, escapes and translates.
import { FILTERS, labelOf } from "./place-filters.js";
import { ROOT, counted, page } from "./place-words.js";

const kept = new Map(); // id -> article

// The cards of some places as elements, those that are not here yet fetched at once.
export async function cards(ids) {
  const missing = ids.filter((id) => !kept.has(id));
  if (missing.length) {
    const answer = await fetch(`${ROOT}/maps/food-streets/cards?ids=${missing.map(encodeURIComponent).join(",")}&lang=${page.lang}`);
    if (!answer.ok) throw new Error(`cards: ${answer.status}`);
    // Parsed apart from the page: nothing in it runs or loads.
    const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const article of piece.querySelectorAll("article")) kept.set(article.dataset.id, document.adoptNode(article));
  }
  return ids.map((id) => kept.get(id).cloneNode(true));
}

export function cardOf(articles, openId) {
  return articles.length > 1 ? listCard(articles, openId, counted(page.text.here, articles.length)) : singleCard(articles[0]);
}

function singleCard(article) {
  const content = document.createElement("div");
  const title = content.appendChild(document.createElement("h3"));
  title.className = "card-names";
  title.append(article.querySelector(".entry-names"));
  content.append(article.querySelector(".card"));
  return content;
}

function listCard(articles, openId, heading) {
  const content = document.createElement("div");
  const title = content.appendChild(document.createElement("p"));
  title.className = "card-count";
  title.textContent = heading;
  for (const article of articles) {
    const part = content.appendChild(document.createElement("details"));
    part.open = article.dataset.id === openId;
    part.appendChild(document.createElement("summary")).append(article.querySelector(".entry-names"));
    part.append(article.querySelector(".card"));
  }
  return content;
}

// Places whose marks cannot be told apart, simulated businesses last.
export function crowdCard(articles, simulated) {
  const content = listCard(articles, null, counted(page.text.group, articles.length + simulated.length));
  content.append(...simulated.map(simulatedCard));
  return content;
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
