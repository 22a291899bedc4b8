// One unit is selected everywhere: on every map, in the table, and in the address.
"use strict";

const tip = document.getElementById("selected");
const rows = document.querySelectorAll("tr[data-unit], .chart li[data-unit]");

const tell = (unit) => {
  const row = document.querySelector(`tr[data-unit="${CSS.escape(unit)}"]`);
  if (!row) return false;
  const heads = row.closest("table").tHead.rows[0].cells;
  const [name, ...figures] = [...row.cells].map((cell) => cell.textContent.trim());
  const told = figures.map((figure, at) => `${heads[at + 1].textContent} ${figure}`);
  tip.textContent = [name, ...told].join(" · ");
  return true;
};

const select = (unit) => {
  for (const one of document.querySelectorAll("[data-unit]")) {
    one.classList.toggle("selected", one.dataset.unit === unit);
  }
  const address = new URL(location.href);
  address.searchParams.set("unit", unit);
  // A row beyond those on the page comes with the page of its own address.
  if (!tell(unit)) location.assign(address);
  else history.replaceState(null, "", address);
};

for (const map of document.querySelectorAll(".unit-map")) {
  map.addEventListener("click", ({ target }) => {
    if (target.dataset.unit) select(target.dataset.unit);
  });
}
for (const row of rows) {
  row.querySelector("a").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    select(row.dataset.unit);
  });
}
