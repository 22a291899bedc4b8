// Forms that ask for a new map: one value list per parameter, as in every link of the atlas.
"use strict";

for (const slider of document.querySelectorAll("[data-shown-in]")) {
  slider.addEventListener("input", () => {
    document.getElementById(slider.dataset.shownIn).textContent = slider.value;
  });
}

for (const form of document.querySelectorAll("[data-tidy]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = new Map();
    for (const [name, value] of new FormData(form)) {
      if (value !== "") values.set(name, [...(values.get(name) ?? []), encodeURIComponent(value)]);
    }
    location.search = [...values].map(([name, list]) => `${name}=${list.join(",")}`).join("&");
  });
}
