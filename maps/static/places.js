// The visitors' page: the state of the filter form, shown as marks, as a list and in the address.
import { cardOf, cards, crowdCard, simulatedCard } from "./place-cards.js";
import { businesses, placeOf, places } from "./place-data.js";
import { FILTERS, address, onChange, passes, showChips, showOptionCounts, state } from "./place-filters.js";
import { entryOf, nameOf, write } from "./place-list.js";
import { draw, houses } from "./place-marks.js";
import { ROOT, counted, filled, page, written } from "./place-words.js";

const NEAR = 18; // zoom at which neighbours can be told apart

const { atlas } = window;
const { map } = atlas;
const figure = document.getElementById("map");
let found = []; // places that pass the filters and the search
let simulated = null; // simulated businesses, once asked for
let opened = null; // {id, popup, opener}
let asked = 0; // cards asked for; an answer that a later question has overtaken opens nothing

// ---- show the state ----

function show() {
  const now = state();
  found = places.filter((one) => listed(one, now));
  write(found, hrefOf);
  showCounts(now);
  showChips(show);
  showMarks(now);
  showAddress(now);
}

function listed(one, now, except) {
  if (now.text && !one.search.includes(now.text)) return false;
  return one.kind === "centre" || passes(one.facts, now, except);
}

function hrefOf({ id, kind }) {
  if (kind === "centre") return `${ROOT}/collections/centres/items/${encodeURIComponent(id)}?f=html`;
  return `${address(state(), id, page.lang)}#opened`;
}

function showCounts(now) {
  const visible = found.filter((one) => one.kind === "business").length;
  document.getElementById("count").textContent = filled(page.text.shown, { n: written(visible), total: written(businesses.length) });
  const made = now.simulated && simulated ? simulated.map((one) => one.facts) : [];
  for (const filter of FILTERS) {
    showOptionCounts(filter, businesses.filter((one) => listed(one, now, filter)).map((one) => one.facts), made);
  }
}

function showMarks(now) {
  const made = (now.simulated && simulated ? simulated : []).filter((one) => !now.text && passes(one.facts, now));
  for (const id of ["simulated-banner", "simulated-key"]) document.getElementById(id).hidden = !made.length;
  document.getElementById("simulated-count").textContent = counted(page.text.contains, made.length);
  const standing = houses(found.filter((one) => one.pinned));
  const { groups } = draw(standing, made, {
    openId: opened?.id,
    nameOf,
    onMarks: openMarks,
  });
  // Read by tests: what is drawn on a canvas leaves no elements behind.
  Object.assign(figure.dataset, {
    groups,
    markers: standing.length,
    places: standing.flat().filter((one) => one.kind === "business").length,
    centres: standing.flat().filter((one) => one.kind === "centre").length,
    simulated: made.length,
  });
}

function showAddress(now) {
  // Only real businesses have an address of their own.
  const one = placeOf.get(opened?.id);
  const place = one?.kind === "business" ? one.id : null;
  history.replaceState(null, "", address(now, place, page.lang));
  for (const link of document.querySelectorAll("[data-lang]")) link.href = address(now, place, link.dataset.lang);
  document.title = one ? `${one.name} · ${page.title}` : page.title;
}

// ---- popups ----

async function open(id, opener) {
  const place = placeOf.get(id);
  if (!place) return;
  if (!place.pinned) {
    await openInList(place);
    return;
  }
  const house = found.filter((one) => one.pinned && one.latlng.equals(place.latlng) && one !== place);
  const ids = [place, ...house].map((one) => one.id);
  const articles = await latestCards(ids);
  if (!articles) return;
  if (opener !== map.getContainer() && map.getZoom() < NEAR) map.setView(place.latlng, NEAR, { animate: false });
  showPopup(place, cardOf(articles, id), opener);
}

async function latestCards(ids) {
  asked += 1;
  const mine = asked;
  const articles = await loadOrTell(() => cards(ids));
  return mine === asked ? articles : null;
}

// What was pressed on the map: a list of places for each mark.
async function openMarks(marks) {
  const [[first]] = marks;
  const real = marks.flat().filter((one) => placeOf.has(one.id));
  if (marks.length === 1 && real.length) await open(first.id, map.getContainer());
  else if (marks.length === 1) showPopup(first, simulatedCard(first), map.getContainer());
  else {
    const articles = await latestCards(real.map((one) => one.id));
    const invented = marks.flat().filter((one) => !placeOf.has(one.id));
    if (articles) showPopup({ id: null, latlng: first.latlng }, crowdCard(articles, invented), map.getContainer());
  }
}

// A place without a pin opens below its entry, and closes when it is pressed again.
async function openInList(place) {
  const entry = entryOf(place.id);
  if (!entry) return;
  const shut = entry.querySelector(".card");
  map.closePopup();
  opened = shut ? null : { id: place.id };
  entry.querySelector(".entry-head").setAttribute("aria-expanded", String(!shut));
  if (shut) shut.remove();
  else {
    const articles = await loadOrTell(() => cards([place.id]));
    if (articles) entry.append(articles[0].querySelector(".card"));
    entry.querySelector(".entry-head").focus();
    entry.scrollIntoView({ block: "center" });
  }
  showAddress(state());
}

function showPopup({ id, latlng }, content, opener) {
  map.closePopup();
  opened = { id, opener };
  content.tabIndex = -1;
  content.setAttribute("role", "group");
  figure.scrollIntoView({ block: "nearest" });
  opened.popup = atlas.popup(latlng, content, closed);
  content.focus({ preventScroll: true });
  showMarks(state());
  showAddress(state());
}

function closed(popup) {
  if (opened?.popup !== popup) return;
  const { opener } = opened;
  opened = null;
  showMarks(state());
  showAddress(state());
  if (opener?.isConnected) opener.focus();
}

// ---- data ----

function made(feature) {
  const [lon, lat] = feature.geometry.coordinates;
  const { category, cuisine, halal } = feature.properties;
  const facts = { category: [category], cuisine: cuisine ?? [], halal: [halal] };
  return { id: feature.id, latlng: L.latLng(lat, lon), facts, properties: feature.properties };
}

async function loadSimulated() {
  if (!state().simulated || simulated) return;
  simulated = (await atlas.load(page.simulated)).map(made);
}

async function loadOrTell(load) {
  try {
    return await load();
  } catch (error) {
    document.getElementById("trouble").hidden = false;
    console.warn(error);
    return null;
  }
}

async function start() {
  await loadOrTell(loadSimulated);
  show();
  if (page.place) await open(page.place, entryOf(page.place)?.querySelector(".entry-head"));
  figure.dataset.loaded = "true";
}

// ---- events ----

onChange(async () => {
  await loadOrTell(loadSimulated);
  show();
});
document.getElementById("list").addEventListener("click", (event) => {
  const head = event.target.closest(".entry-head");
  if (!head || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(head.closest(".entry").dataset.id, head);
});
map.on("zoomend", () => showMarks(state()));

document.querySelectorAll(".needs-script").forEach((element) => { element.hidden = false; });
document.querySelectorAll(".without-script").forEach((element) => { element.hidden = true; });
if (matchMedia("(min-width: 60em)").matches) document.getElementById("filter-box").open = true;
if (map.getContainer().clientWidth < 600) atlas.fit(page.street);
start();
