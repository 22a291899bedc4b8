// The places that the page brought along, as objects: businesses and centres.
import { labelOf } from "./place-filters.js";
import { page } from "./place-words.js";

function unfolded(kind, rows) {
  return rows.id.map((id, k) => {
    const facts = {
      category: kind === "business" ? [rows.category[k]] : [],
      cuisine: kind === "business" && rows.cuisine[k] ? rows.cuisine[k].split(" ") : [],
      halal: kind === "business" ? [rows.halal[k]] : [],
    };
    const [name, other, address] = [rows.name[k], rows.other[k], rows.address[k]];
    return {
      id, kind, name, other, address, facts,
      korean: Boolean(rows.korean[k]),
      pinned: Boolean(rows.pinned[k]),
      latlng: L.latLng(rows.lat[k], rows.lon[k]),
      said: kind === "centre" ? rows.kind[k] : null,
      search: [name, other, address, rows.detail[k]].join(" ").toLowerCase(),
    };
  });
}

export const businesses = unfolded("business", page.rows.business);
export const places = [...businesses, ...unfolded("centre", page.rows.centre)];
export const placeOf = new Map(places.map((one) => [one.id, one]));

export const isShort = (code) => code?.length === 2;

// What stands below a name in the list.
export function describe({ kind, said, facts }) {
  if (kind === "centre") return said;
  const halal = facts.halal[0] === "unknown" ? [] : [labelOf("halal", facts.halal[0])];
  return [labelOf("category", facts.category[0]), ...facts.cuisine.map((code) => labelOf("cuisine", code)), ...halal].join(" · ");
}

export const languageOf = (korean) => (korean ? "ko" : "en");
