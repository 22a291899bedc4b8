// Places as marks on the canvas: one mark for each address, simulated businesses hollow and small.
import { counted, page } from "./place-words.js";

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
  for (const one of simulated) layer.addLayer(simulatedMark(one, onSimulated));
  for (const house of found) layer.addLayer(houseMark(house, openId, nameOf, onHouse));
}

function radius() {
  const zoom = atlas.map.getZoom();
  return zoom < 15.5 ? 6 : zoom < 16.5 ? 8.5 : zoom < 17.5 ? 10 : 12;
}

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
  return kitchens.length === 1 && kitchens[0].length === 2 ? kitchens[0].toUpperCase() : symbol.letter;
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
