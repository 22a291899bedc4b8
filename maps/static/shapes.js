"use strict";
// The features of a page on a small map, each of them a link to its own page.
window.addEventListener("load", () => {
  const box = document.getElementById("shapes");
  const data = JSON.parse(document.getElementById("shapes-data").textContent);
  if (!data.features.some((one) => one.geometry)) {
    box.hidden = true;
    return;
  }
  const map = L.map(box, { attributionControl: false, scrollWheelZoom: false });
  const style = { color: "#0b5c6e", weight: 2, fillColor: "#0b5c6e", fillOpacity: 0.25 };
  const rows = document.querySelectorAll("tbody tr");
  const places = new Map(data.features.map((one, place) => [one.id, rows[place]]));
  const layer = L.geoJSON(data, {
    style,
    pointToLayer: (_, at) => L.circleMarker(at, { ...style, radius: 6 }),
    onEachFeature: (one, mark) => {
      const row = places.get(one.id);
      if (!row) return;
      mark.on("click", () => {
        row.scrollIntoView({ block: "center" });
        row.querySelector("a").focus();
      });
    },
  }).addTo(map);
  map.fitBounds(layer.getBounds().pad(0.1), { maxZoom: 17 });
});
