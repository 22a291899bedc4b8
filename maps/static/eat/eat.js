// The visitors' page in the browser: search while typing, tasks, map, the way back, and offline.
import { Entries } from "./entries.js";
import { MarkMap } from "./marks.js";
import { keepOffline, openOffline } from "./offline.js";
import { Rail } from "./rail.js";
import { Index, readData } from "./search.js";
import { Sheet } from "./sheet.js";
import { isOpening, queryOf, readState, tagsOf } from "./state.js";

const page = JSON.parse(document.getElementById("page-data").textContent);
const at = (id) => document.getElementById(id);
const entries = new Entries(page);
const plural = new Intl.PluralRules(page.lang);
const DETOUR = 1.3, METRES_PER_MINUTE = 67;
const CORNER = [126.7, 37.4], DEGREE = [88500, 111000];

const corner = page.near?.at ?? null; // where a scanned code hangs

let guide, map, rail, sheet, here = corner, state = readState(location.search, page);

async function start() {
  const answer = await fetch("eat/data.json");
  const data = await answer.json();
  guide = { ...data, ...readData(data) };
  guide.index = new Index(guide.spots, guide.concepts);
  map = new MarkMap(at("map"), guide.origin);
  rail = new Rail(at("rail"), page, guide.spots, entries.number);
  sheet = new Sheet(at("found"));
  at("from-me").hidden = !navigator.geolocation;
  listen();
  show();
  if (sheet.isSheet && !scrollY) at("found").scrollIntoView(); // a search that was sent
  sheet.restore();
  type(); // what was typed while the data were on their way
  document.documentElement.dataset.ready = "true";
  openOffline(guide, entries);
  keepOffline(page, at("saved-offline"));
}

function listen() {
  document.addEventListener("click", onClick);
  at("find").addEventListener("submit", (event) => {
    event.preventDefault();
    type();
    at("q").blur();
    at("found").scrollIntoView();
  });
  at("q").addEventListener("input", type);
  at("from-me").addEventListener("click", locate);
  addEventListener("popstate", () => {
    state = readState(location.search, page);
    at("q").value = state.q;
    show();
  });
}

/** Search while typing: one step of the history for a search, however long it is. */
function type() {
  const typed = at("q").value.trim().slice(0, page.letters);
  if (typed === state.q) return;
  const began = !state.q;
  state = { ...readState("", page), q: typed };
  write(began);
  if (sheet.isSheet) at("found").scrollIntoView(); // above the keys of the telephone
}

function onClick(event) {
  const link = event.target.closest('a[href^="eat?"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if ((new URL(link.href).searchParams.get("near") ?? "") !== state.near) return; // another page
  event.preventDefault();
  state = readState(new URL(link.href).search, page); // of a filter in use: without it
  at("q").value = state.q;
  write(true);
  if (!isOpening(state)) {
    at("found").scrollIntoView();
    at("found-title").focus({ preventScroll: true });
  }
}

function write(asStep) {
  history[asStep ? "pushState" : "replaceState"]({}, "", `eat?${queryOf(state, page.lang)}`);
  show();
  sheet.top();
}

function find() {
  if (state.saved) return savedSpots();
  if (isOpening(state)) return guide.spots.filter((spot) => spot.tags.includes("t:eat"));
  const wanted = tagsOf(state);
  return guide.index.find(state.q).filter((spot) => wanted.every((tag) => spot.tags.includes(tag)));
}

function savedSpots() {
  const saved = JSON.parse(localStorage.getItem("eat-saved") ?? "[]");
  return guide.spots.filter((spot) => saved.includes(spot.id));
}

function minutesTo(spot) {
  if (!here || !spot.x) return spot.minutes;
  const metres = Math.hypot(spot.x - here[0], spot.y - here[1]);
  return Math.max(1, Math.ceil((metres * DETOUR) / METRES_PER_MINUTE));
}

function show() {
  const opening = isOpening(state);
  const found = find();
  const lines = found.filter((spot) => spot.layer === "h");
  let places = found.filter((spot) => spot.layer !== "h");
  if (here && !state.q) places = places.toSorted((one, other) => (minutesTo(one) || 999) - (minutesTo(other) || 999));
  if (state.start >= places.length) state.start = 0;
  const shown = places.slice(state.start, state.start + (opening ? page.first : page.shown));
  const numbered = shown.map((spot, place) => [state.start + place + 1, spot, entries.address(spot)]);
  at("spots").replaceChildren(...numbered.map(([number, spot]) => entries.writeSpot(spot, number, minutesTo(spot))));
  at("lines").replaceChildren(...lines.map((spot) => entries.writeLine(spot)));
  at("by-phone").hidden = !lines.length;
  sheet.open = !opening;
  map.show(numbered, here ?? guide.origin);
  head(opening, found.length);
  turn(opening, places.length);
  choose();
}

function head(opening, count) {
  const phrase = page.text.count[plural.select(count)] ?? page.text.count.other;
  const counted = phrase.replace("%(n)s", entries.number.format(count));
  at("found-words").textContent = opening && here === corner ? page.text.nearest : counted;
  at("clear").hidden = opening;
  at("nothing").hidden = count > 0;
  at("nothing-words").textContent = state.q ? page.text.nothing.replace("{q}", state.q) : page.text.unknown;
  if (!count) offer();
}

/** Where nothing is found: what each word finds by itself. */
function offer() {
  const list = at("nothing").querySelector("ul");
  for (const old of list.querySelectorAll("[data-offer]")) old.remove();
  const words = state.q ? guide.index.readTerms(state.q) : [];
  for (const { text } of words.length > 1 || tagsOf(state).length ? words : []) {
    const count = guide.index.find(text).length;
    if (!count) continue;
    const link = document.createElement("a");
    link.setAttribute("href", `eat?${queryOf({ ...readState("", page), q: text }, page.lang)}`);
    link.append(`${text} `, Object.assign(document.createElement("span"), { className: "number", textContent: entries.number.format(count) }));
    const item = document.createElement("li");
    item.dataset.offer = "";
    item.append(link);
    list.prepend(item);
  }
}

function turn(opening, count) {
  const link = (id, shown, change) => {
    at(id).hidden = !shown;
    at(id).setAttribute("href", `eat?${queryOf({ ...state, ...change }, page.lang)}`);
  };
  link("all", opening, { task: "eat", start: 0 });
  link("before", !opening && state.start > 0, { start: Math.max(0, state.start - page.shown) });
  link("after", !opening && state.start + page.shown < count, { start: state.start + page.shown });
}

function choose() {
  const kept = savedSpots().length;
  at("saved-places").hidden = !kept;
  at("saved-places").querySelector(".number").textContent = entries.number.format(kept);
  if (state.saved) at("saved-places").setAttribute("aria-current", "true");
  else at("saved-places").removeAttribute("aria-current");
  for (const link of document.querySelectorAll("[data-task]")) {
    const chosen = link.dataset.task === state.task;
    link.toggleAttribute("aria-current", chosen);
    if (chosen) link.setAttribute("aria-current", "true");
    link.setAttribute("href", `eat?${queryOf({ ...readState("", page), task: chosen ? "" : link.dataset.task }, page.lang)}`);
  }
  rail.show(state);
  if (at("honest")) at("honest").hidden = at("rail").dataset.filter !== "halal";
  for (const link of at("tongues").querySelectorAll("a")) {
    link.setAttribute("href", `?${queryOf(state, link.dataset.lang)}`);
  }
}

/** Count minutes from where the reader is; the position is sent nowhere. */
function locate() {
  const button = at("from-me");
  const say = (text) => { button.querySelector("span").textContent = text; };
  if (here !== corner) {
    here = corner;
    button.setAttribute("aria-pressed", "false");
    say(page.text.from_me);
    return show();
  }
  return navigator.geolocation.getCurrentPosition(({ coords }) => {
    here = [(coords.longitude - CORNER[0]) * DEGREE[0], (CORNER[1] - coords.latitude) * DEGREE[1]];
    button.setAttribute("aria-pressed", "true");
    say(page.text.from_exit);
    show();
  }, () => {
    at("no-position").textContent = page.text.no_position;
    at("no-position").hidden = false;
  }, { maximumAge: 60000, timeout: 10000 });
}

start();
