// Places as marks on the canvas: one mark for each address, simulated businesses hollow and small;
// far out, addresses close together are one round button that says how many places it holds.
import { isShort } from "./place-data.js";
import { labelOf } from "./place-filters.js";
import { counted, page, written } from "./place-words.js";

const APART = 17.75; // zoom from which no addresses are grouped
const FEWEST = 3; // addresses that make a group

const { atlas } = window;
const layer = L.layerGroup().addTo(atlas.map);

// Points of one address together, in the order of the list.
export function houses(points) {
  const found = new Map();
  for (const one of points) {
    const key = String(one.latlng);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return [...found.values()];
}

export function draw(found, simulated, { openId, nameOf, onHouse, onSimulated }) {
  layer.clearLayers();
  const { groups, alone } = grouped(found, openId);
  for (const one of simulated) layer.addLayer(simulatedMark(one, onSimulated));
  for (const house of alone) layer.addLayer(houseMark(house, openId, nameOf, onHouse));
  const buttons = groups.map(groupMark);
  for (const button of buttons) layer.addLayer(button);
  const small = alone.map(([one]) => ({ latlng: one.latlng, radius: radius() }));
  atlas.ground?.avoid([...small, ...buttons.map((one) => ({ latlng: one.getLatLng(), radius: one.options.icon.options.iconSize[0] / 2 }))]);
  return { groups: groups.length };
}

function radius() {
  const zoom = atlas.map.getZoom();
  return zoom < 15.5 ? 6 : zoom < 16.5 ? 8.5 : zoom < 17.5 ? 10 : 12;
}

// ---- groups ----

// Addresses within so many pixels of a crowded one are its group; the most crowded come first.
function grouped(found, openId) {
  const zoom = atlas.map.getZoom();
  if (zoom >= APART) return { groups: [], alone: found };
  const reach = zoom < 17 ? 34 : 26;
  const spots = found.map((house) => ({ house, at: atlas.map.project(house[0].latlng, zoom), taken: house.some((one) => one.id === openId) }));
  const grid = gridOf(spots, reach);
  const near = (spot) => around(grid, spot, reach).filter((other) => !other.taken && other.at.distanceTo(spot.at) < reach);
  const order = spots.map((spot) => [near(spot).length, spot]).sort(([a], [b]) => b - a);
  const groups = [];
  for (const [, spot] of order) {
    if (spot.taken) continue;
    const members = near(spot);
    if (members.length < FEWEST) continue;
    for (const member of members) member.taken = true;
    groups.push(members.map((member) => member.house));
  }
  const together = new Set(groups.flat());
  return { groups, alone: found.filter((house) => !together.has(house)) };
}

function gridOf(spots, reach) {
  const grid = new Map();
  for (const spot of spots) {
    const key = `${Math.floor(spot.at.x / reach)} ${Math.floor(spot.at.y / reach)}`;
    grid.set(key, [...(grid.get(key) ?? []), spot]);
  }
  return grid;
}

function around(grid, { at }, reach) {
  const [column, row] = [Math.floor(at.x / reach), Math.floor(at.y / reach)];
  const steps = [-1, 0, 1];
  return steps.flatMap((x) => steps.flatMap((y) => grid.get(`${column + x} ${row + y}`) ?? []));
}

function groupMark(group) {
  const places = group.flat();
  const bounds = L.latLngBounds(group.map((house) => house[0].latlng));
  const text = [counted(page.text.group, places.length), kindsOf(places)].join(": ");
  const size = Math.round(26 + 5 * Math.log2(places.length / 3));
  const shown = document.createElement("span");
  shown.textContent = written(places.length);
  const icon = L.divIcon({ className: "group", html: shown, iconSize: [size, size] });
  const middle = L.latLng(mean(group, "lat"), mean(group, "lng"));
  const mark = L.marker(middle, { icon, pane: "groups", alt: text, riseOnHover: true });
  mark.on("add", () => furnish(mark.getElement(), `${text}. ${page.text.zoom_in}`, bounds));
  mark.bindTooltip(() => atlas.lines(text.split(": ")), { className: "tip" });
  mark.on("click", () => closerTo(bounds));
  return mark;
}

function furnish(button, label, bounds) {
  button.setAttribute("aria-label", label);
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    atlas.map.getContainer().focus({ preventScroll: true }); // the button is about to go
    closerTo(bounds);
  });
}

const mean = (group, axis) => group.reduce((sum, house) => sum + house[0].latlng[axis], 0) / group.length;

function kindsOf(places) {
  const counts = new Map();
  for (const { kind, facts, said } of places) {
    const label = kind === "centre" ? said : labelOf("category", facts.category[0]);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const first = [...counts].sort(([, a], [, b]) => b - a).slice(0, 3);
  return first.map(([label, count]) => `${label} ${written(count)}`).join(", ");
}

function closerTo(bounds) {
  const { map } = atlas;
  const fitting = map.getBoundsZoom(bounds.pad(0.3));
  const zoom = Math.min(Math.max(fitting, map.getZoom() + 1), map.getMaxZoom(), APART + 0.25);
  map.setView(bounds.getCenter(), zoom);
}

// ---- single marks ----

function houseMark(house, openId, nameOf, onHouse) {
  const several = house.length > 1;
  const mixed = new Set(house.map((one) => symbolOf(one).colour)).size > 1;
  const symbol = symbolOf(house[0]);
  const mark = atlas.mark(house[0].latlng, {
    radius: radius() + (several ? 2 : 0),
    shape: mixed ? "circle" : symbol.shape,
    fillColor: mixed ? "#22303a" : symbol.colour,
    letter: several ? String(house.length) : letterOf(house[0], symbol),
    chosen: house.some((one) => one.id === openId),
  });
  mark.bindTooltip(() => atlas.lines(tipOf(house, nameOf)), { className: "tip" });
  mark.on("click", () => onHouse(house));
  return mark;
}

const symbolOf = (one) => (one.kind === "centre" ? page.centre : page.symbols[one.facts.category[0]]);

function letterOf(one, symbol) {
  const kitchens = one.facts.cuisine;
  return kitchens.length === 1 && isShort(kitchens[0]) ? kitchens[0].toUpperCase() : symbol.letter;
}

function tipOf(house, nameOf) {
  const names = house.map((one) => nameOf(one.id));
  return house.length > 1 ? [counted(page.text.here, house.length), ...names] : names;
}

function simulatedMark(one, onSimulated) {
  const mark = atlas.mark(one.latlng, {
    radius: radius() / 2 - 0.8, shape: "circle", fillColor: "rgb(255 255 255 / 55%)", color: "#6b7680", weight: 1, dash: [2, 1.5],
  });
  mark.bindTooltip(() => atlas.lines(page.text.simulated), { className: "tip" });
  mark.on("click", () => onSimulated(one));
  return mark;
}
