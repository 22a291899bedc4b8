// What every map shares: panes, controls, labels, tooltips and popups.
// Texts of the data reach the page as text nodes only, never as markup.
"use strict";

window.atlas = (() => {
  const PANES = { land: 210, tint: 290, houses: 300, cells: 330, streets: 350, areas: 360, circles: 420, points: 450, groups: 460, labels: 440, names: 440 };
  const OWN = document.currentScript.src; // beside which other files are, whatever path they lie under
  const shapes = new Map(); // feature id -> Leaflet layer, for lists beside a map
  const areaNames = []; // elements, the more important first
  const sources = []; // what atlas.points() loads
  let map = null;
  let words = {};

  // ---- called by the script that folium writes ----

  function furnish(created, texts, opening) {
    map = created;
    words = texts;
    for (const [name, order] of Object.entries(PANES)) {
      map.createPane(name).style.zIndex = order;
    }
    map.getPane("labels").style.pointerEvents = "none";
    // Leaflet's own is a data: address, which the content security policy refuses.
    L.Util.emptyImageUrl = new URL("empty.gif", OWN).href;
    L.control.zoom({ position: "topright", zoomInTitle: words["zoom-in"], zoomOutTitle: words["zoom-out"] }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    zoomByWheelOnlyInFocus();
    fit(opening);
    map.on("zoomend", tellZoom);
    document.fonts.ready.then(tellZoom);
  }

  // Show a lon/lat box, below what is written on the map's face.
  function fit([west, south, east, north]) {
    const top = Math.min(coveredBy([...document.querySelectorAll(".face")]) + 12, map.getSize().y * 0.4);
    map.fitBounds([[south, west], [north, east]], { paddingTopLeft: [12, top], paddingBottomRight: [12, 12], animate: false });
  }

  // How many pixels of the map's top some elements lie over.
  function coveredBy(elements) {
    const { top } = map.getContainer().getBoundingClientRect();
    return Math.max(0, ...elements.map((one) => one.getBoundingClientRect().bottom - top));
  }

  function zoomByWheelOnlyInFocus() {
    // A wheel over an unfocused map scrolls the page, as people expect of a page.
    const box = map.getContainer();
    map.scrollWheelZoom.disable();
    box.addEventListener("focusin", () => map.scrollWheelZoom.enable());
    box.addEventListener("focusout", () => map.scrollWheelZoom.disable());
  }

  function tellZoom() {
    map.getContainer().dataset.zoom = String(Math.floor(map.getZoom()));
    showNamesThatFit();
  }

  function feature(one, layer) {
    const { tip, label, at } = one.properties;
    shapes.set(String(one.id), layer);
    if (tip) layer.bindTooltip(lines(tip), { sticky: true, className: "tip" });
    if (label && at) areaName(L.latLng(at[1], at[0]), label);
  }

  function points(url, look) {
    const layer = L.layerGroup();
    sources.push({ url, look, layer, features: load(url) });
    return layer;
  }

  // ---- texts on the map ----

  function lines(text) {
    const box = document.createElement("div");
    for (const line of [].concat(text)) {
      box.appendChild(document.createElement("div")).textContent = line;
    }
    return box;
  }

  function areaName(at, text) {
    const name = document.createElement("span");
    name.textContent = text;
    const icon = L.divIcon({ className: "area-name", html: name, iconSize: [0, 0] });
    L.marker(at, { icon, interactive: false, keyboard: false, pane: "labels" }).addTo(map);
    areaNames.push(name);
  }

  function showNamesThatFit() {
    const shown = [];
    for (const name of areaNames) {
      name.hidden = false;
      const box = name.getBoundingClientRect();
      name.hidden = shown.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
      if (!name.hidden) shown.push(box);
    }
  }

  // ---- data ----

  async function load(url) {
    const answer = await fetch(url, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return (await answer.json()).features;
  }

  // ---- popups ----

  function popup(place, content, onClose) {
    const box = map.getContainer();
    // Where banners lie over the map, a popup has to keep clear of them.
    const top = coveredBy([...document.querySelectorAll(".face .banner:not([hidden])")]) + 12;
    const opened = L.popup({
      className: "place-popup",
      maxWidth: Math.min(340, box.clientWidth - 44),
      minWidth: Math.min(280, box.clientWidth - 44),
      maxHeight: Math.max(box.clientHeight - top - 80, 160),
      autoPanPaddingTopLeft: [10, top],
      autoPanPaddingBottomRight: [10, 10],
    }).setLatLng(place).setContent(content);
    opened.once("remove", () => onClose(opened));
    opened.openOn(map);
    const element = opened.getElement();
    element.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", words.close);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup(opened);
    });
    return opened;
  }

  // ---- a list beside the map that points out shapes ----

  function pointOut(id) {
    const layer = shapes.get(id);
    if (!layer) return;
    const bounds = layer.getBounds ? layer.getBounds() : L.latLngBounds([layer.getLatLng()]);
    map.panInsideBounds(bounds.pad(0.5));
    layer.openTooltip(bounds.getCenter());
    const before = { color: layer.options.color, weight: layer.options.weight };
    layer.setStyle({ color: "#111111", weight: 4 });
    layer.bringToFront();
    setTimeout(() => layer.setStyle(before), 2500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-points-out], [data-fit]");
    if (button?.dataset.fit) {
      fit(button.dataset.fit.split(",").map(Number));
    } else if (button) {
      document.getElementById("map").scrollIntoView({ block: "nearest" });
      pointOut(button.dataset.pointsOut);
    }
  });

  return { furnish, fit, feature, points, load, popup, lines, sources, shapes, get map() { return map; } };
})();
