// The visitors' page: the state of the filter form, shown as marks, as a list and in the address.
import { cardOf, simulatedCard } from "./place-cards.js";
import { FILTERS, address, onChange, passes, showChips, showOptionCounts, state } from "./place-filters.js";
import { draw, houses } from "./place-marks.js";
import { counted, filled, page, written } from "./place-words.js";

const NEAR = 17.5; // zoom at which neighbours can be told apart

const { atlas } = window;
const { map } = atlas;
const figure = document.getElementById("map");
const entries = [...document.querySelectorAll(".entry")];
const entryOf = new Map(entries.map((entry) => [entry.dataset.id, entry]));
let points = []; // {id, kind, latlng, facts, properties} of what can be pinned
let simulated = null; // the same for simulated businesses, once asked for
let opened = null; // {id, popup, opener}

// ---- show the state ----

function show() {
  const now = state();
  for (const entry of entries) entry.hidden = !listed(entry, now);
  showCounts(now);
  showChips(show);
  showMarks(now);
  showAddress(now);
}

function listed(entry, now, except) {
  if (now.text && !entry.dataset.search.includes(now.text)) return false;
  return entry.dataset.kind === "centre" || passes(factsOf(entry), now, except);
}

function factsOf(entry) {
  const { category, cuisine, halal } = entry.dataset;
  return { category: [category], cuisine: cuisine ? cuisine.split(" ") : [], halal: [halal] };
}

function showCounts(now) {
  const businesses = entries.filter((entry) => entry.dataset.kind === "business");
  const visible = businesses.filter((entry) => !entry.hidden).length;
  document.getElementById("count").textContent = filled(page.text.shown, { n: written(visible), total: written(businesses.length) });
  for (const section of document.querySelectorAll("[data-section]")) {
    const count = section.querySelectorAll(".entry:not([hidden])").length;
    section.querySelector("[data-count]").textContent = written(count);
    section.querySelector(".nothing").hidden = count > 0;
  }
  const made = now.simulated && simulated ? simulated.map((one) => one.facts) : [];
  for (const filter of FILTERS) {
    showOptionCounts(filter, businesses.filter((entry) => listed(entry, now, filter)).map(factsOf), made);
  }
}

function showMarks(now) {
  const made = (now.simulated && simulated ? simulated : []).filter((one) => !now.text && passes(one.facts, now));
  document.getElementById("simulated-banner").hidden = !made.length;
  document.getElementById("simulated-count").textContent = counted(page.text.contains, made.length);
  const found = houses(points.filter((one) => !entryOf.get(one.id).hidden));
  draw(found, made, {
    openId: opened?.id,
    nameOf: (id) => entryOf.get(id).querySelector(".entry-names").textContent.trim().replace(/\s+/g, " "),
    onHouse: (house) => open(house[0].id, map.getContainer()),
    onSimulated: openSimulated,
  });
  // Read by tests: what is drawn on a canvas leaves no elements behind.
  Object.assign(figure.dataset, {
    markers: found.length,
    places: found.flat().filter((one) => one.kind === "business").length,
    centres: found.flat().filter((one) => one.kind === "centre").length,
    simulated: made.length,
  });
}

function showAddress(now) {
  // Only real businesses have an address of their own.
  const place = entryOf.get(opened?.id)?.dataset.kind === "business" ? opened.id : null;
  history.replaceState(null, "", address(now, place, page.lang));
  for (const link of document.querySelectorAll("[data-lang]")) link.href = address(now, place, link.dataset.lang);
  const name = entryOf.get(opened?.id)?.querySelector(".name").textContent;
  document.title = name ? `${name} · ${page.title}` : page.title;
}

// ---- popups ----

function open(id, opener) {
  const entry = entryOf.get(id);
  if (entry?.dataset.pinned === "false") {
    openInList(entry, opener);
    return;
  }
  const point = points.find((one) => one.id === id);
  if (!point) return;
  const house = points.filter((one) => one.latlng.equals(point.latlng) && (one.id === id || !entryOf.get(one.id).hidden));
  if (opener !== map.getContainer() && map.getZoom() < NEAR) map.setView(point.latlng, NEAR, { animate: false });
  const first = house.sort((a, b) => (b.id === id) - (a.id === id));
  showPopup(point, cardOf(first.map((one) => entryOf.get(one.id)), id), opener);
}

function openSimulated(one) {
  showPopup(one, simulatedCard(one), map.getContainer());
}

function openInList(entry, opener) {
  map.closePopup();
  entry.querySelector("details").open = true; // noteToggled() does the rest
  (opener ?? entry.querySelector("summary")).focus();
  entry.scrollIntoView({ block: "center" });
}

// An entry without a pin was opened or closed in the list.
function noteToggled({ target: details }) {
  const entry = details.closest(".entry");
  if (details.parentElement !== entry || entry.dataset.pinned === "true") return;
  if (details.open) {
    map.closePopup();
    opened = { id: entry.dataset.id };
  } else if (opened?.id === entry.dataset.id) {
    opened = null;
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
  show();
}

function closed(popup) {
  if (opened?.popup !== popup) return;
  const { opener } = opened;
  opened = null;
  show();
  if (opener?.isConnected) opener.focus();
}

// ---- data ----

function point(kind, feature) {
  const [lon, lat] = feature.geometry.coordinates;
  const { category, cuisine, halal } = feature.properties;
  const facts = { category: [category], cuisine: cuisine ?? [], halal: [halal] };
  return { id: feature.id, kind, latlng: L.latLng(lat, lon), facts, properties: feature.properties };
}

async function loadPoints() {
  const loaded = await Promise.all(atlas.sources.map(async ({ look, features }) => (await features).map((one) => point(look.kind, one))));
  points = loaded.flat().filter((one) => entryOf.get(one.id)?.dataset.pinned === "true");
}

async function loadSimulated() {
  if (!state().simulated || simulated) return;
  simulated = (await atlas.load(page.simulated)).map((one) => point("simulated", one));
}

async function loadOrTell(...loading) {
  try {
    await Promise.all(loading.map((load) => load()));
  } catch (error) {
    document.getElementById("trouble").hidden = false;
    console.warn(error);
  }
}

async function start() {
  await loadOrTell(loadPoints, loadSimulated);
  show();
  if (page.place) open(page.place, entryOf.get(page.place)?.querySelector(".entry-head"));
  figure.dataset.loaded = "true";
}

// ---- events ----

onChange(async () => {
  await loadOrTell(loadSimulated);
  show();
});
document.getElementById("list").addEventListener("click", (event) => {
  const head = event.target.closest(".entry-head");
  const entry = head?.closest(".entry");
  if (entry?.dataset.pinned !== "true" || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(entry.dataset.id, head);
});
document.getElementById("list").addEventListener("toggle", noteToggled, true);
map.on("zoomend", () => showMarks(state()));

document.querySelectorAll(".needs-script").forEach((element) => { element.hidden = false; });
document.querySelectorAll(".without-script").forEach((element) => { element.hidden = true; });
document.querySelectorAll(".entry > .card").forEach((card) => { card.hidden = true; });
if (matchMedia("(min-width: 60em)").matches) document.getElementById("filter-box").open = true;
if (map.getContainer().clientWidth < 600) atlas.fit(page.street);
start();
