// Kept for a train without a signal: the page, its data and its ground; and a place when offline.

/** Ask the worker to keep what this page is made of, and say from when it is. */
export async function keepOffline(page, note) {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("eat/worker.js", { scope: "eat" }).catch(() => null);
  if (!registration) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data !== "kept") return;
    note.textContent = page.text.offline;
    note.hidden = false;
  });
  const worker = (await navigator.serviceWorker.ready).active;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = loaded.filter((name) => name.startsWith(`${location.origin}/`) && !name.includes("worker.js"));
  worker.postMessage({ page: new URL(`eat?lang=${page.lang}`, document.baseURI).href, files: [...new Set(own)] });
}

/** Show a place from the data file, where its page could not be had. */
export function openOffline(guide, entries) {
  const name = new URLSearchParams(location.hash.slice(1)).get("place");
  const spot = name && guide.spots.find(({ id }) => id === name);
  if (!spot) return;
  const dialog = document.getElementById("place");
  const write = (selector, text) => {
    const element = dialog.querySelector(selector);
    element.textContent = text;
    element.hidden = !text;
  };
  dialog.querySelector("h2").replaceChildren(...entries.names(spot));
  write("p.kind", entries.kind(spot));
  write("p.halal", entries.halal(spot));
  write("p.hours", entries.hours(spot));
  write(".who", spot.ko || spot.en);
  write(".where", [spot.address, spot.detail].filter(Boolean).join(" "));
  write(".tel", spot.phone);
  const way = (kind, address) => {
    const link = dialog.querySelector(`[data-way=${kind}]`);
    link.hidden = !address;
    if (address) link.setAttribute("href", address);
  };
  way("call", spot.phone && `tel:${spot.phone}`);
  way("walk", spot.x && `geo:${37.4 - spot.y / 111000},${126.7 + spot.x / 88500}`);
  const driver = dialog.querySelector("[data-way=driver]");
  driver.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.classList.toggle("driving");
  });
  dialog.addEventListener("close", () => history.back());
  dialog.showModal();
}
