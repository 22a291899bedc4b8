// Addresses close together, far out: one round button that says how many places it holds.
import { labelOf } from "./place-filters.js";
import { counted, page, written } from "./place-words.js";

export const THUMB = 22; // pixels; no thumb separates what is closer
const APART = 17.75; // zoom from which no addresses are grouped
const FEWEST = 3; // addresses that make a group
const RIM = 8; // pixels around a button in which no other mark can be hit

const { atlas } = window;

// Addresses within so many pixels of a crowded one are its group; the most crowded come first.
export function grouped(found, openId) {
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
    groups.push(members);
  }
  const whole = withCovered(groups, spots.filter((spot) => !spot.taken)).map((members) => members.map((member) => member.house));
  const together = new Set(whole.flat());
  return { groups: whole, alone: found.filter((house) => !together.has(house)) };
}

// A button takes in what it would cover: single marks, and other buttons.
function withCovered(groups, spots) {
  let [single, waiting, done] = [spots, groups.map(button), []];
  while (waiting.length) {
    const [one, ...rest] = waiting;
    const marks = single.filter((spot) => spot.at.distanceTo(one.at) < one.reach);
    const buttons = [...rest, ...done].filter((other) => other.at.distanceTo(one.at) < Math.max(one.reach, other.reach));
    const left = (list) => list.filter((other) => !marks.includes(other) && !buttons.includes(other));
    [single, waiting, done] = [left(single), left(rest), left(done)];
    if (marks.length || buttons.length) waiting.push(button([...one.members, ...marks, ...buttons.flatMap((other) => other.members)]));
    else done.push(one);
  }
  return done.map(({ members }) => members);
}

function button(members) {
  const sum = members.reduce((total, { at }) => total.add(at), L.point(0, 0));
  const size = sizeOf(members.flatMap(({ house }) => house).length);
  return { members, at: sum.divideBy(members.length), reach: Math.max(THUMB, size / 2 + RIM) };
}

const sizeOf = (count) => Math.round(26 + 5 * Math.log2(count / FEWEST));

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

export function groupMark(group) {
  const places = group.flat();
  const bounds = L.latLngBounds(group.map((house) => house[0].latlng));
  const text = [counted(page.text.group, places.length), kindsOf(places)].join(": ");
  const size = sizeOf(places.length);
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
