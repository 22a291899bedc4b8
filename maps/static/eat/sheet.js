// The list below the map on a phone: a sheet with three stops, moved by drag, by buttons and by keys.
// The map ends where the sheet begins, so that nothing lies under it; without a script the list follows the map.
const ROOMY = 34; // a sheet needs this many lines of the reader's text on the screen
const HALF = 0.46;
const LEAST_MAP = 9.5, LEAST_CARD = 5; // in the reader's text size
const KEPT = "eat-sheet";
const KEYS = { ArrowUp: 1, ArrowDown: -1 };

export class Sheet {
  constructor(stage) {
    this.stage = stage;
    this.list = stage.querySelector("#list");
    this.head = stage.querySelector("#head");
    this.narrow = matchMedia("(max-width: 60em) and (min-height: 34em) and (scripting: enabled)");
    this.stop = 1; // 0: mostly map, 1: both, 2: mostly list
    this.buttons = [...stage.querySelectorAll("[data-step]")];
    for (const button of this.buttons) button.addEventListener("click", () => this.go(this.stop + Number(button.dataset.step)));
    stage.querySelector(".stops").addEventListener("keydown", (event) => {
      if (!KEYS[event.key]) return;
      event.preventDefault();
      this.go(this.stop + KEYS[event.key]);
    });
    this.followFinger();
    addEventListener("resize", () => this.settle());
    addEventListener("pagehide", () => this.keep());
    this.comeBack();
  }

  /** Whether the page shows results, which stand in the sheet where the screen has room. */
  set open(isOpen) {
    document.body.classList.toggle("results", isOpen);
    this.settle();
  }

  get isSheet() {
    return this.narrow.matches && document.body.classList.contains("results") && !document.body.classList.contains("plain");
  }

  go(stop) {
    this.stop = Math.min(2, Math.max(0, stop));
    this.settle();
  }

  /** Heights of the map at the three stops. */
  heights() {
    const room = this.stage.clientHeight - this.head.parentElement.offsetTop + this.mapHeight();
    const size = this.textSize();
    const [least, most] = [LEAST_MAP * size, room - this.headHeight() - LEAST_CARD * size];
    return [Math.max(least, most), Math.max(least, Math.min(most, room * HALF)), least];
  }

  /** What lies above the first card: the count, the buttons and notes. */
  headHeight() {
    const first = this.list.querySelector("#spots");
    return this.head.offsetHeight + first.getBoundingClientRect().top - this.list.getBoundingClientRect().top + this.list.scrollTop;
  }

  mapHeight() {
    return this.stage.querySelector("#map").offsetHeight;
  }

  textSize() {
    return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  settle() {
    document.body.classList.toggle("plain", innerHeight / this.textSize() < ROOMY);
    this.buttons[0].setAttribute("aria-disabled", String(this.stop === 0));
    this.buttons[1].setAttribute("aria-disabled", String(this.stop === 2));
    this.stage.dataset.stop = this.stop;
    this.mapTo(this.isSheet ? this.heights()[this.stop] : null);
  }

  mapTo(height) {
    if (height === null) this.stage.style.removeProperty("--map");
    else this.stage.style.setProperty("--map", `${Math.round(height)}px`);
  }

  followFinger() {
    let from = null;
    this.head.addEventListener("pointerdown", (event) => {
      if (!this.isSheet || event.target.closest("a, button")) return;
      from = { y: event.clientY, map: this.mapHeight() };
      this.head.setPointerCapture(event.pointerId);
      this.stage.classList.add("moving");
    });
    this.head.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [most, , least] = this.heights();
      this.mapTo(Math.min(most, Math.max(least, from.map + event.clientY - from.y)));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      this.head.addEventListener(end, (event) => {
        if (!from) return;
        this.stage.classList.remove("moving");
        this.go(this.nearest(from.map + event.clientY - from.y));
        from = null;
      });
    }
  }

  nearest(height) {
    const away = this.heights().map((one) => Math.abs(one - height));
    return away.indexOf(Math.min(...away));
  }

  top() {
    this.list.scrollTop = 0;
  }

  /** Keep the stop and the place in the list for the way back from a card. */
  keep() {
    sessionStorage.setItem(KEPT, JSON.stringify([location.search, this.stop, this.list.scrollTop]));
  }

  comeBack() {
    const [search, stop, top] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    if (search !== location.search) return;
    this.stop = stop;
    this.scrolled = top;
  }

  /** Scroll to where the reader was, once the list is written. */
  restore() {
    if (this.scrolled) this.list.scrollTop = this.scrolled;
    this.scrolled = 0;
  }
}
