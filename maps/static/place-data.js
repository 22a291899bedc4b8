// Businesses and centres as objects: those that the page brought along, and those it had no room for.
import { labelOf } from "./place-filters.js";
import { ROOT, page } from "./place-words.js";

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

async function remaining() {
  if (!page.more) return [];
  try {
    const answer = await fetch(`${ROOT}/maps/food-streets/places?lang=${page.lang}`);
    if (!answer.ok) throw new Error(`places: ${answer.status}`);
    return unfolded("business", await answer.json());
  } catch (error) {
    console.warn(error); // those of the page are shown all the same
    return [];
  }
}

export const businesses = [...unfolded("business", page.rows.business), ...(await remaining())];
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
