// The page of a place: share, save, copy, open now, and the way back to the list.
import { isOpenAt } from "./hours.js";

const at = (id) => document.getElementById(id);
const SAVED = "eat-saved";
const name = at("content").dataset.id;
const saved = () => JSON.parse(localStorage.getItem(SAVED) ?? "[]");

/** Say what was done, on the button and to screen readers. */
function done(button) {
  button.querySelector("span").textContent = button.dataset.done;
  at("said").textContent = button.dataset.done;
}

function markSaved() {
  at("save").setAttribute("aria-pressed", String(saved().includes(name)));
}

async function share() {
  const url = document.querySelector("link[rel=canonical]").href;
  if (navigator.share) return navigator.share({ title: document.title, url }).catch(() => undefined);
  await navigator.clipboard.writeText(url);
  return done(at("share"));
}

at("share").addEventListener("click", share);
at("save").addEventListener("click", () => {
  const names = saved();
  localStorage.setItem(SAVED, JSON.stringify(names.includes(name) ? names.filter((one) => one !== name) : [...names, name]));
  markSaved();
});
markSaved();
at("copy")?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(at("copy").dataset.text);
  done(at("copy"));
});
at("return").addEventListener("click", (event) => {
  const from = document.referrer && new URL(document.referrer);
  if (!from || from.origin !== location.origin || !from.pathname.endsWith("/eat") || history.length < 2) return;
  event.preventDefault();
  if (location.hash) location.assign(from.href); // steps within the page lie between
  else history.back(); // to the same search, at the same place of the list
});
let opened = false; // the driver's screen, from here
document.querySelector('a[href="#driver"]')?.addEventListener("click", () => { opened = true; });
document.querySelector("#driver .shut")?.addEventListener("click", (event) => {
  if (!opened) return;
  event.preventDefault();
  opened = false;
  history.back(); // so that Back is not the driver's screen again
});
document.querySelector('a[href="#walk"]')?.addEventListener("click", (event) => {
  event.preventDefault();
  at("walk").scrollIntoView();
  at("walk").querySelector("a").focus();
});
const open = at("open-now");
if (open) {
  const now = isOpenAt(open.dataset.hours, new Date());
  if (now !== null) {
    open.textContent = now ? open.dataset.open : open.dataset.closed;
    open.classList.toggle("closed", !now);
    open.hidden = false;
  }
}
/** Without a network no note can be sent, so none is asked for. */
function offerNotes() {
  const notes = at("notes");
  if (notes) notes.hidden = !navigator.onLine;
}
addEventListener("online", offerNotes);
addEventListener("offline", offerNotes);
offerNotes();
document.documentElement.dataset.ready = "true";
