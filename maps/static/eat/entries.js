// Entries of the list, written as the service writes them (templates/eat.html).
export class Entries {
  constructor(page) {
    this.page = page;
    this.number = new Intl.NumberFormat(page.lang);
    this.list = new Intl.ListFormat(page.lang);
    this.spot = document.querySelector("#spot-entry").content.firstElementChild;
    this.line = document.querySelector("#line-entry").content.firstElementChild;
  }

  address(spot) {
    return `eat/${encodeURIComponent(spot.id)}?lang=${this.page.lang}`;
  }

  label(tag) {
    return this.page.labels[tag] ?? tag.slice(2);
  }

  kind(spot) {
    const tags = spot.layer === "b" ? spot.tags.filter((tag) => /^[kc]:/.test(tag)) : spot.tags.filter((tag) => tag.startsWith("s:")).slice(0, 3);
    return tags.map((tag) => this.label(tag)).join(" · ");
  }

  halal(spot) {
    const tag = spot.tags.find((one) => one.startsWith("h:"));
    return tag && tag !== "h:unknown" ? this.label(tag) : "";
  }

  /** What visitors' notes say, where enough of them say that a place is closed. */
  reported(spot) {
    const [gone, there] = (this.page.closed[spot.id] ?? []).map((count) => this.number.format(count));
    return gone ? this.page.text.reported.replace("{closed}", gone).replace("{there}", there) : "";
  }

  languages(spot) {
    return this.list.format(spot.tags.filter((tag) => tag.startsWith("l:")).map((tag) => this.label(tag)));
  }

  hours(spot) {
    return this.page.hours[spot.hours] ?? "";
  }

  names(spot) {
    const latin = spot.en && spot.en !== spot.ko ? [[spot.en, "en"]] : [];
    const hangul = spot.ko ? [[spot.ko, "ko"]] : [];
    const names = this.page.lang === "ko" ? [...hangul, ...latin] : [...latin, ...hangul];
    return names.flatMap(([name, lang], place) => {
      const text = document.createElement("bdi");
      text.className = place ? "other" : "name";
      text.lang = lang;
      text.translate = false;
      text.textContent = name;
      return place ? [" ", text] : [text];
    });
  }

  minutes(count) {
    return this.page.text.minutes.replace("{n}", this.number.format(count));
  }

  writeSpot(spot, number, minutes) {
    const entry = this.spot.cloneNode(true);
    const link = entry.querySelector("a");
    link.setAttribute("href", this.address(spot));
    link.querySelector(".no").textContent = number;
    fill(link, ".minutes", minutes ? this.minutes(minutes) : "", ".walk");
    fill(link, ".kind", this.kind(spot));
    fill(link, ".halal", this.halal(spot));
    fill(link, ".reported", this.reported(spot));
    return this.finish(entry, spot);
  }

  writeLine(spot) {
    const entry = this.line.cloneNode(true);
    const [ring, link] = entry.querySelectorAll("a");
    ring.setAttribute("href", `tel:${spot.phone}`);
    ring.querySelector("b").textContent = spot.phone;
    link.setAttribute("href", this.address(spot));
    return this.finish(entry, spot);
  }

  finish(entry, spot) {
    entry.id = `s-${spot.id}`;
    entry.querySelector(".names").append(...this.names(spot));
    fill(entry, ".hours", this.hours(spot));
    fill(entry, ".languages", this.languages(spot));
    return entry;
  }
}

/** Write a text where it belongs, or take its element away where there is none. */
function fill(entry, selector, text, whole = selector) {
  if (text) entry.querySelector(selector).textContent = text;
  else entry.querySelector(whole).remove();
}
