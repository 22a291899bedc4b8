// A dong is lit wherever it is drawn; a table of the reader's own is joined without leaving the page.
"use strict";

const joined = document.getElementById("joined");
const own = document.querySelector(".own-table");
const profile = document.querySelector(".profile table");

const light = ({ target }) => {
  const code = target.closest?.("[data-dong]")?.dataset.dong;
  for (const drawn of document.querySelectorAll(".lit")) drawn.classList.remove("lit");
  for (const each of code?.split(" ") ?? []) {
    for (const drawn of document.querySelectorAll(`[data-dong~="${each}"]`)) drawn.classList.add("lit");
  }
};
for (const event of ["pointerover", "focusin"]) document.addEventListener(event, light);

const addToProfile = () => {
  profile.querySelector(".own-row")?.remove();
  const heading = joined.querySelector("#map");
  if (!heading) return;
  const row = profile.tBodies[0].insertRow();
  row.className = "own-row";
  for (const [at, head] of [...profile.tHead.rows[0].cells].entries()) {
    const cell = document.createElement(at ? "td" : "th");
    const found = joined.querySelector(`tr[data-dong="${head.dataset.dong}"] td:last-child`);
    cell.textContent = at ? (found?.textContent ?? "–") : heading.dataset.name;
    if (at) cell.className = "figure";
    else cell.scope = "row";
    row.append(cell);
  }
};

const show = (main) => {
  for (const part of main.querySelectorAll("h1, .another")) part.remove();
  joined.replaceChildren(...main.childNodes);
  joined.hidden = false;
  const first = joined.querySelector("[role=alert], #map");
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "start" });
  addToProfile();
};

let asked = 0; // an answer to an earlier question is not shown
own.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.submitter.value !== "html") form.target = "_blank"; // a file, beside the page
  if (form.target) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const mine = (asked += 1);
  own.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (mine === asked) show(document.importNode(main, true));
  } catch {
    form.target = "_self"; // as without a script
    form.requestSubmit(event.submitter);
  } finally {
    if (mine === asked) own.removeAttribute("aria-busy");
  }
});
