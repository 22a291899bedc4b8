// Places as marks on the canvas: one mark for each address, simulated businesses hollow and small;
// far out, addresses close together are one round button that says how many places it holds.
import { mark, marksNear } from "./mark-canvas.js";
import { isShort } from "./place-data.js";
import { THUMB, groupMark, grouped } from "./place-groups.js";
import { counted, page } from "./place-words.js";

const POINTER = 6; // pixels; a mouse separates what is farther apart
const SNAP = 0.25; // steps of the zoom

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

export function draw(found, simulated, { openId, nameOf, onMarks }) {
  layer.clearLayers();
  const { groups, alone } = grouped(found, openId);
  for (const one of simulated) layer.addLayer(simulatedMark(one, onMarks));
  for (const house of alone) layer.addLayer(houseMark(house, openId, nameOf, onMarks));
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

// ---- pressing ----

// One mark opens; of several that cannot be told apart the map shows more, or in the end all.
function press(mark, { originalEvent }, onMarks) {
  const { map } = atlas;
  const apart = originalEvent.pointerType === "mouse" ? POINTER : THUMB;
  const crowd = marksNear(mark.getLatLng(), apart); // the mark itself and what is about it
  if (crowd.length < 2 || map.getZoom() >= map.getMaxZoom()) onMarks(crowd.map((one) => one.options.places));
  else map.setView(mark.getLatLng(), zoomThatParts(crowd, apart));
}

function zoomThatParts([mark, other], apart) {
  const { map } = atlas;
  const distance = map.latLngToLayerPoint(mark.getLatLng()).distanceTo(map.latLngToLayerPoint(other.getLatLng()));
  const steps = Math.ceil(Math.log2(apart / Math.max(distance, 1)) / SNAP) * SNAP;
  return Math.min(map.getZoom() + Math.max(steps, 1), map.getMaxZoom());
}

// ---- single marks ----

function houseMark(house, openId, nameOf, onMarks) {
  const several = house.length > 1;
  const mixed = new Set(house.map((one) => symbolOf(one).colour)).size > 1;
  const symbol = symbolOf(house[0]);
  const made = mark(house[0].latlng, {
    radius: radius() + (several ? 2 : 0),
    shape: mixed ? "circle" : symbol.shape,
    fillColor: mixed ? "#22303a" : symbol.colour,
    letter: several ? String(house.length) : letterOf(house[0], symbol),
    chosen: house.some((one) => one.id === openId),
    places: house,
  });
  made.bindTooltip(() => atlas.lines(tipOf(house, nameOf)), { className: "tip" });
  made.on("click", (event) => press(made, event, onMarks));
  return made;
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

function simulatedMark(one, onMarks) {
  const made = mark(one.latlng, {
    radius: radius() / 2 - 0.8, shape: "circle", fillColor: "rgb(255 255 255 / 55%)", color: "#6b7680", weight: 1, dash: [2, 1.5], places: [one],
  });
  made.bindTooltip(() => atlas.lines(page.text.simulated), { className: "tip" });
  made.on("click", (event) => press(made, event, onMarks));
  return made;
}
