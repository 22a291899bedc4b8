// The visitors' page: one state (the filter form), shown as marks, as a list and in the address.
"use strict";

(() => {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const figure = document.getElementById("map");
  const entries = [...document.querySelectorAll(".entry")];
  const entryOf = new Map(entries.map((entry) => [entry.dataset.id, entry]));
  const FILTERS = ["category", "cuisine", "halal"];
  const map = window.atlas.map;
  const marks = L.layerGroup().addTo(map);
  const plural = new Intl.PluralRules(page.lang);
  const number = new Intl.NumberFormat(page.lang);
  let points = []; // {id, kind, latlng, properties} of what can be pinned
  let simulated = null; // the same for simulated businesses, once asked for
  let opened = null; // {id, popup, opener}

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const counted = (forms, n) => filled(forms[plural.select(n)] ?? forms.other, { n: number.format(n) });

  // ---- state: read from the form ----

  function chosen(filter) {
    return [...form.querySelectorAll(`input[name="${filter}"]:checked`)].map((box) => box.value);
  }

  function state() {
    const now = Object.fromEntries(FILTERS.map((filter) => [filter, new Set(chosen(filter))]));
    return { ...now, text: search.value.trim().toLowerCase(), simulated: form.elements.simulated.checked };
  }

  function passes(facts, now, except) {
    return FILTERS.every((filter) => {
      if (filter === except || !now[filter].size) return true;
      return facts[filter].some((value) => now[filter].has(value));
    });
  }

  function factsOf(entry) {
    const { category, cuisine, halal } = entry.dataset;
    return { category: [category], cuisine: cuisine.split(" "), halal: [halal] };
  }

  function listed(entry, now, except) {
    if (now.text && !entry.dataset.search.includes(now.text)) return false;
    return entry.dataset.kind === "centre" || passes(factsOf(entry), now, except);
  }

  // ---- show the state ----

  function show() {
    const now = state();
    for (const entry of entries) entry.hidden = !listed(entry, now);
    showCounts(now);
    showChips();
    showMarks(now);
    showAddress(now);
    document.getElementById("simulated-banner").hidden = !now.simulated;
  }

  function showCounts(now) {
    const businesses = entries.filter((entry) => entry.dataset.kind === "business");
    const visible = businesses.filter((entry) => !entry.hidden);
    document.getElementById("count").textContent = filled(page.text.shown, {
      n: number.format(visible.length), total: number.format(businesses.length),
    });
    for (const section of document.querySelectorAll("[data-section]")) {
      const count = section.querySelectorAll(".entry:not([hidden])").length;
      section.querySelector("[data-count]").textContent = number.format(count);
      section.querySelector(".nothing").hidden = count > 0;
    }
    for (const filter of FILTERS) showOptionCounts(filter, businesses.filter((entry) => listed(entry, now, filter)), now);
  }

  function showOptionCounts(filter, others, now) {
    const counts = new Map();
    for (const entry of others) {
      for (const value of factsOf(entry)[filter]) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const made = new Set((now.simulated && simulated ? simulated : []).flatMap((one) => one.facts[filter]));
    for (const box of form.querySelectorAll(`input[name="${filter}"]`)) {
      const count = counts.get(box.value) ?? 0;
      const pill = box.closest("label");
      pill.querySelector(".number").textContent = number.format(count);
      pill.classList.toggle("empty", !count);
      if (made.has(box.value)) pill.hidden = false;
    }
  }

  function showChips() {
    const chips = document.getElementById("chips");
    const boxes = [...form.querySelectorAll(".pill input:checked")];
    chips.hidden = !boxes.length;
    chips.replaceChildren(...boxes.map(chip));
  }

  function chip(box) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(box.closest("label").querySelector(".label").textContent, " ×");
    button.setAttribute("aria-label", `${page.text.remove}: ${button.firstChild.textContent}`);
    button.addEventListener("click", () => {
      box.checked = false;
      show();
      (document.querySelector("#chips button") ?? document.getElementById("search")).focus();
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  function address(now, lang) {
    const pairs = FILTERS.filter((filter) => now[filter].size).map((filter) => [filter, [...now[filter]]]);
    if (now.simulated) pairs.push(["simulated", ["true"]]);
    if (opened) pairs.push(["place", [opened.id]]);
    pairs.push(["lang", [lang]]);
    return `?${pairs.map(([name, values]) => `${name}=${values.map(encodeURIComponent).join(",")}`).join("&")}`;
  }

  function showAddress(now = state()) {
    history.replaceState(null, "", address(now, page.lang));
    for (const link of document.querySelectorAll("[data-lang]")) link.href = address(now, link.dataset.lang);
    const name = opened && entryOf.has(opened.id) ? entryOf.get(opened.id).querySelector(".name").textContent : null;
    document.title = name ? `${name} · ${page.title}` : page.title;
  }

  // ---- marks ----

  function showMarks(now) {
    marks.clearLayers();
    const made = now.simulated && simulated ? simulated.filter((one) => passes(one.facts, now) && (!now.text || one.search.includes(now.text))) : [];
    made.forEach((one) => marks.addLayer(simulatedMark(one)));
    const houses = byHouse(points.filter((one) => !entryOf.get(one.id)?.hidden));
    houses.forEach((house) => marks.addLayer(houseMark(house)));
    Object.assign(figure.dataset, {
      markers: houses.length,
      places: houses.flat().filter((one) => one.kind === "business").length,
      centres: houses.flat().filter((one) => one.kind === "centre").length,
      simulated: made.length,
    });
  }

  function byHouse(found) {
    const houses = new Map();
    for (const one of found) {
      const key = String(one.latlng);
      houses.set(key, [...(houses.get(key) ?? []), one]);
    }
    return [...houses.values()];
  }

  function radius() {
    const zoom = map.getZoom();
    return zoom < 15.5 ? 6 : zoom < 16.5 ? 8.5 : zoom < 17.5 ? 10 : 12;
  }

  function houseMark(house) {
    const kinds = new Set(house.map((one) => symbolOf(one).colour));
    const several = house.length > 1;
    const symbol = symbolOf(house[0]);
    const mark = window.atlas.mark(house[0].latlng, {
      radius: radius() + (several ? 2 : 0),
      shape: kinds.size > 1 ? "circle" : symbol.shape,
      fillColor: kinds.size > 1 ? "#22303a" : symbol.colour,
      letter: several ? String(house.length) : letterOf(house[0], symbol),
      chosen: house.some((one) => one.id === opened?.id),
    });
    mark.bindTooltip(() => window.atlas.lines(tipOf(house)), { className: "tip" });
    mark.on("click", () => open(house[0].id, map.getContainer()));
    return mark;
  }

  const symbolOf = (one) => (one.kind === "centre" ? page.centre : page.symbols[one.facts.category[0]]);

  function letterOf(one, symbol) {
    const kitchens = one.facts.cuisine;
    return kitchens.length === 1 && kitchens[0].length === 2 ? kitchens[0].toUpperCase() : symbol.letter;
  }

  function tipOf(house) {
    const names = house.map((one) => nameOf(one.id));
    return house.length > 1 ? [counted(page.text.here, house.length), ...names] : names;
  }

  const nameOf = (id) => entryOf.get(id)?.querySelector(".entry-names").textContent.trim().replace(/\s+/g, " ") ?? id;

  function simulatedMark(one) {
    const mark = window.atlas.mark(one.latlng, {
      radius: Math.max(radius() - 5, 3), shape: "circle", fillColor: "#ffffff", color: "#6b7680", weight: 1.2, dash: [2, 1.5],
    });
    mark.bindTooltip(() => window.atlas.lines(page.text.simulated), { className: "tip" });
    mark.on("click", () => openSimulated(one));
    return mark;
  }

  // ---- popups: copies of the cards in the list ----

  function open(id, opener) {
    const entry = entryOf.get(id);
    if (!entry) return;
    if (entry.dataset.pinned !== "true") { openInList(entry); return; }
    const point = points.find((one) => one.id === id);
    if (!point) return;
    const house = points.filter((one) => String(one.latlng) === String(point.latlng) && (one.id === id || !entryOf.get(one.id).hidden));
    showPopup(id, point.latlng, house.length > 1 ? houseCard(house, id) : singleCard(entry), opener);
  }

  function openInList(entry) {
    entry.querySelector("details").open = true;
    entry.querySelector("summary").focus();
    entry.scrollIntoView({ block: "center" });
  }

  function showPopup(id, latlng, content, opener) {
    map.closePopup();
    opened = { id, opener };
    content.tabIndex = -1;
    content.setAttribute("role", "group");
    opened.popup = window.atlas.popup(latlng, content, closed);
    if (figure.getBoundingClientRect().top < 0 || figure.getBoundingClientRect().bottom > innerHeight) {
      figure.scrollIntoView({ block: "nearest" });
    }
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

  function heading(entry) {
    const title = document.createElement("h3");
    title.className = "card-names";
    title.append(entry.querySelector(".entry-names").cloneNode(true));
    return title;
  }

  function cardOf(entry) {
    const card = entry.querySelector(".card").cloneNode(true);
    card.hidden = false;
    return card;
  }

  function singleCard(entry) {
    const content = document.createElement("div");
    content.append(heading(entry), cardOf(entry));
    return content;
  }

  function houseCard(house, id) {
    const content = document.createElement("div");
    const title = content.appendChild(document.createElement("p"));
    title.className = "card-count";
    title.textContent = counted(page.text.here, house.length);
    for (const one of house) {
      const part = content.appendChild(document.createElement("details"));
      part.open = one.id === id;
      part.appendChild(document.createElement("summary")).append(entryOf.get(one.id).querySelector(".entry-names").cloneNode(true));
      part.append(cardOf(entryOf.get(one.id)));
    }
    return content;
  }

  function openSimulated(one) {
    const content = document.createElement("div");
    const add = (tag, className, text) => {
      const element = content.appendChild(document.createElement(tag));
      element.className = className;
      element.textContent = text;
    };
    add("p", "warning", page.text.simulated);
    add("h3", "card-names", page.lang === "ko" ? one.properties.name_ko : one.properties.name_en);
    add("p", "card-kind", FILTERS.slice(0, 2).flatMap((filter) => one.facts[filter].map((value) => labelOf(filter, value))).join(" · "));
    add("p", "basis", page.text.simulated_more);
    showPopup(one.id, one.latlng, content, map.getContainer());
  }

  function labelOf(filter, value) {
    const box = form.querySelector(`input[name="${filter}"][value="${CSS.escape(value)}"]`);
    return box ? box.closest("label").querySelector(".label").textContent : value;
  }

  // ---- data ----

  function point(kind, feature) {
    const [lon, lat] = feature.geometry.coordinates;
    const { category, cuisine, halal, name_ko, name_en } = feature.properties;
    return {
      id: feature.id, kind, latlng: L.latLng(lat, lon), properties: feature.properties,
      facts: { category: [category], cuisine: cuisine ?? [], halal: [halal] },
      search: `${name_ko} ${name_en}`.toLowerCase(),
    };
  }

  async function loadPoints() {
    const loaded = await Promise.all(window.atlas.sources.map(async ({ look, features }) =>
      (await features).filter((one) => one.properties.located_by === "street-number").map((one) => point(look.kind, one))));
    points = loaded.flat().filter((one) => entryOf.has(one.id));
  }

  async function loadSimulated() {
    if (!form.elements.simulated.checked || simulated) return;
    simulated = (await window.atlas.load(page.simulated)).map((one) => point("simulated", one));
  }

  async function start() {
    try {
      await Promise.all([loadPoints(), loadSimulated()]);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      document.getElementById("trouble").hidden = false;
    }
    show();
    figure.dataset.loaded = "true";
    if (page.place) openFromAddress(page.place);
  }

  function openFromAddress(id) {
    const made = simulated?.find((one) => one.id === id);
    if (made) openSimulated(made);
    else open(id, entryOf.get(id)?.querySelector(".entry-head"));
  }

  // ---- events ----

  form.addEventListener("change", async () => {
    await loadSimulated();
    show();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  search.addEventListener("input", show);
  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    form.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = false; });
    search.value = "";
    show();
  });
  document.getElementById("list").addEventListener("click", (event) => {
    const head = event.target.closest(".entry-head");
    if (!head || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const entry = head.closest(".entry");
    if (entry.dataset.pinned !== "true") return;
    event.preventDefault();
    open(entry.dataset.id, head);
  });
  map.on("zoomend", () => showMarks(state()));
  document.querySelectorAll(".needs-script").forEach((element) => { element.hidden = false; });
  document.querySelectorAll(".without-script").forEach((element) => { element.hidden = true; });
  document.querySelectorAll(".entry > .card").forEach((card) => { card.hidden = true; });
  if (matchMedia("(min-width: 60em)").matches) document.getElementById("filter-box").open = true;
  start();
})();
