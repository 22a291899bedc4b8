// The rail of filters, as the service writes it (maps/pages/eat/choices.py).
import { CLASSES, queryOf, readState } from "./state.js";

const OF_KITCHENS = ["eat", "groceries"];

export class Rail {
  constructor(nav, page, spots, number) {
    Object.assign(this, { nav, page, spots, number });
    this.saved = nav.querySelector("#saved-places");
  }

  /** Offer what sorts the places of the task: kitchens, halal classes or languages. */
  show(state) {
    const task = state.task || (state.halal ? "halal" : "eat");
    const name = this.page.rails[task] ?? "cuisine";
    const within = name === "speaks" || OF_KITCHENS.includes(task) ? task : "eat";
    const counts = this.count(CLASSES[name], name === "halal" ? null : within);
    const codes = name === "halal" ? this.page.halal : this.inOrder(counts, name === "cuisine" ? this.page.own : this.page.lang);
    const links = codes.map((code) => this.link(name, code, counts.get(code) ?? 0, name === "halal" ? "" : within, state));
    this.nav.dataset.filter = name;
    this.nav.setAttribute("aria-label", this.page.railNames[name]);
    this.nav.hidden = !links.length && this.saved.hidden;
    if (this.written !== `${name} ${within}`) this.nav.scrollLeft = 0;
    this.written = `${name} ${within}`;
    this.nav.replaceChildren(this.saved, ...links);
    this.bringIntoView(links.find((link) => link.hasAttribute("aria-current")));
  }

  bringIntoView(link) {
    if (!link) return;
    const [chosen, all] = [link.getBoundingClientRect(), this.nav.getBoundingClientRect()];
    if (chosen.left < all.left || chosen.right > all.right) this.nav.scrollLeft += (chosen.left + chosen.right - all.left - all.right) / 2;
    if (chosen.bottom > all.bottom) this.nav.scrollTop += chosen.top - all.top;
  }

  count(kind, task) {
    const counts = new Map();
    for (const { tags } of this.spots) {
      if (task && !tags.includes(`t:${task}`)) continue;
      for (const tag of tags) if (tag.startsWith(`${kind}:`)) counts.set(tag.slice(2), (counts.get(tag.slice(2)) ?? 0) + 1);
    }
    return counts;
  }

  inOrder(counts, own) {
    return [...counts.keys()].sort((one, other) =>
      (one !== own) - (other !== own) || counts.get(other) - counts.get(one) || (one < other ? -1 : 1));
  }

  link(name, code, count, task, state) {
    const chosen = state[name] === code;
    const without = { ...readState("", this.page), task: name === "halal" ? "halal" : task };
    const wanted = chosen ? without : { ...without, task, [name]: code };
    const link = document.createElement("a");
    link.setAttribute("href", `eat?${queryOf(wanted, this.page.lang)}`);
    link.dataset[name] = code;
    if (chosen) link.setAttribute("aria-current", "true");
    const counted = Object.assign(document.createElement("span"), { className: "number", textContent: this.number.format(count) });
    link.append(`${this.page.labels[`${CLASSES[name]}:${code}`]} `, counted);
    return link;
  }
}
