// The search for places; the service does the same (maps/pages/eat/search.py).
import { areInitials, distanceAtMostOne, fold, initials, letters, romanise, sounds, squeeze } from "./folding.js";

const TOGETHER = 4;
const MOST_LETTERS = 80;
const NO_SPACES = "\u0e00";
const WHOLE = 100, START = 80, INSIDE = 60, STREET = 50, TAG = 70, FIRST_LETTERS = 55, HEARD = 40, NEARLY = 30;
const writesTogether = (word) => [...word].every((letter) => letter >= NO_SPACES);
const most = (numbers) => Math.max(0, ...numbers);

/** Read the data file: spots as objects, and what words mean. */
export function readData(data) {
  const concepts = new Map();
  for (const [tags, words] of Object.entries(data.words)) {
    for (const word of words.split(" ")) concepts.set(word, tags.split(" "));
  }
  const { id, ...columns } = data.spots;
  const spots = id.map((name, row) => {
    const spot = { id: name };
    for (const [column, values] of Object.entries(columns)) spot[column] = values[row];
    spot.tags = spot.tags ? spot.tags.split(" ").map((number) => data.tags[number]) : [];
    return spot;
  });
  return { concepts, spots };
}

export class Index {
  constructor(spots, concepts) {
    this.concepts = concepts;
    this.spelled = spots.map(spell);
  }

  find(typed) {
    const query = typed.slice(0, MOST_LETTERS).trim();
    const digits = query.replace(/[^0-9]/g, "");
    if (/^\+?[0-9 ().-]{3,}$/.test(query) && digits.length > 2) {
      const national = digits.length > 8 ? digits.replace(/^(?:0082|82)0?/, "0") : digits;
      return this.spelled.filter((one) => one.phone.includes(national)).map((one) => one.spot);
    }
    if (areInitials(query)) return this.byInitials(squeeze(query));
    const whole = squeeze(fold(query));
    if (!whole) return this.spelled.map((one) => one.spot);
    const terms = this.readTerms(query);
    const found = this.ranked(terms, whole, false);
    return found.length ? found : this.ranked(terms, whole, true);
  }

  ranked(terms, whole, nearly) {
    const meant = terms.map((term) => this.meant(term, nearly));
    return inOrder(this.spelled, (one) => score(one, terms, meant, whole, nearly));
  }

  byInitials(query) {
    const worth = this.worth(TAG, (word) => initials(word) === query);
    return inOrder(this.spelled, (one) => Math.max(
      one.initials.includes(query) ? INSIDE : 0,
      one.initials === query ? WHOLE : 0,
      most(one.spot.tags.map((tag) => worth.get(tag) ?? 0)),
    ));
  }

  readTerms(query) {
    const words = fold(query).split(" ").filter(Boolean);
    const terms = [];
    for (let start = 0; start < words.length;) {
      let size = Math.min(TOGETHER, words.length - start);
      while (size > 1 && !this.concepts.has(words.slice(start, start + size).join(""))) size -= 1;
      terms.push(...this.parts(words.slice(start, start + size).join("")));
      start += size;
    }
    const asked = terms.filter((term) => term.tags?.[0] !== "-");
    return asked.length ? asked : terms;
  }

  parts(word) {
    if (this.concepts.has(word)) return [{ text: word, tags: this.concepts.get(word) }];
    if (!writesTogether(word)) return [{ text: word }];
    const parts = [];
    for (let rest = word; rest;) {
      let size = rest.length;
      while (size && !this.concepts.has(rest.slice(0, size))) size -= 1;
      if (!size) return [{ text: word }];
      parts.push({ text: rest.slice(0, size), tags: this.concepts.get(rest.slice(0, size)) });
      rest = rest.slice(size);
    }
    return parts;
  }

  meant({ text, tags }, nearly) {
    if (tags) return new Map(tags.map((tag, place) => [tag, TAG - 5 * place]));
    if (!nearly) {
      const enough = [...text].length >= (writesTogether(text) ? 2 : 3);
      return this.worth(FIRST_LETTERS, (word) => enough && word.startsWith(text));
    }
    const typed = letters(text);
    return this.worth(NEARLY, (word) => [...typed].length > 3 && [...word].length > 1 && distanceAtMostOne(typed, letters(word)));
  }

  worth(top, fits) {
    const worth = new Map();
    for (const [word, tags] of this.concepts) {
      if (!fits(word)) continue;
      tags.forEach((tag, place) => worth.set(tag, Math.max(worth.get(tag) ?? 0, top - 5 * place)));
    }
    return worth;
  }
}

function spell(spot) {
  const folded = [spot.ko, spot.en, ...spot.others.split("\n")].map(fold);
  const names = folded.filter(Boolean).map(squeeze);
  const address = squeeze(fold(spot.address));
  const words = folded.flatMap((name) => [...name.split(" "), squeeze(name)]);
  return {
    spot, names, address,
    words: words.map(letters).filter((word) => [...word].length > 3),
    heard: [...names, address].filter(Boolean).map((text) => sounds(romanise(text))),
    initials: initials(spot.ko),
    phone: spot.phone.replace(/[^0-9]/g, ""),
  };
}

function inOrder(spelled, scoreOf) {
  const scored = spelled.map((one) => [scoreOf(one), one.spot]).filter(([worth]) => worth);
  return scored.sort(([one], [other]) => other - one).map(([, spot]) => spot);
}

function score(one, terms, meant, whole, nearly) {
  const scores = terms.map((term, place) => scoreTerm(one, term, meant[place], nearly));
  const allMet = scores.every(Boolean) ? scores.reduce((sum, worth) => sum + worth, 0) : 0;
  let name = scoreName(one, whole);
  if (name === INSIDE && terms.every((term) => term.tags)) name = 0;
  const atEnd = /\p{Nd}$/u.test(whole) && one.address.endsWith(whole);
  return allMet + 3 * Math.max(name, atEnd ? WHOLE : 0);
}

function scoreName(one, text) {
  if (one.names.includes(text)) return WHOLE;
  if (one.names.some((name) => name.startsWith(text))) return START;
  return one.names.some((name) => name.includes(text)) ? INSIDE : 0;
}

function scoreTerm(one, term, meant, nearly) {
  const byTag = most(one.spot.tags.map((tag) => meant.get(tag) ?? 0));
  if (term.tags?.[0] === "-") return TAG;
  if (nearly && !term.tags) return Math.max(byTag, scoreNearly(one, term.text));
  let byName = scoreName(one, term.text);
  if (term.tags && byName < START) byName = 0;
  const byStreet = !term.tags && one.address.includes(term.text) ? STREET : 0;
  return Math.max(byTag, byName, byStreet, scoreHeard(one, term));
}

function scoreHeard(one, { text, tags }) {
  if (tags || [...text].some((letter) => letter < "a")) return 0;
  const heard = sounds(romanise(text));
  if (heard.length < 4 || /[^\x00-\x7f]/.test(heard)) return 0;
  return one.heard.some((name) => name.includes(heard)) ? HEARD : 0;
}

function scoreNearly(one, text) {
  const typed = letters(text);
  const exact = scoreName(one, text) || (one.address.includes(text) ? STREET : 0);
  if ([...typed].length < 4 || exact) return exact;
  return scoreHeard(one, { text }) || (one.words.some((word) => distanceAtMostOne(typed, word)) ? NEARLY : 0);
}
