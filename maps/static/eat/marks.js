// The map: numbered marks on the drawn ground, that merge where they would overlap.
const APART = 46; // pixels between the middles of two marks: a finger
const LEAST_M = 420;
const WIDEST_M = 12000;
const BESIDE = { side: 34, controls: 80, top: 34, bottom: 40 }; // pixels around marks, none of which lies under a control
const BESIDE_M = 700;

export class MarkMap {
  constructor(figure, origin) {
    this.figure = figure;
    this.drawing = figure.querySelector("#drawing");
    this.marks = figure.querySelector("#marks");
    this.entry = document.querySelector("#mark-entry").content.querySelector("a");
    this.start = figure.querySelector("#origin");
    this.placed = [];
    this.origin = origin;
    figure.querySelector("#zoom").hidden = false;
    figure.addEventListener("click", (event) => this.onClick(event));
    new ResizeObserver(() => this.resized()).observe(this.drawing);
    this.followFingers();
  }

  /** Show results: [number, spot, address] of each; those without a point are left out. */
  show(results, origin) {
    this.origin = origin;
    this.placed = results.filter(([, spot]) => spot.x);
    this.figure.hidden = !this.placed.length;
    if (!this.placed.length) return;
    this.moved = false;
    this.fit(this.placed.map(([, spot]) => spot), true);
  }

  /** Show all results on a map of another size, or what the reader had moved to. */
  resized() {
    if (!this.placed.length || !this.box) return;
    const { x, y, width, height } = this.box;
    if (this.moved) this.look(x + width / 2, y + height / 2, width);
    else this.fit(this.placed.map(([, spot]) => spot), true);
  }

  fit(points, withOrigin) {
    const beside = ([x, y]) => points.some((point) => Math.abs(point.x - x) + Math.abs(point.y - y) < BESIDE_M);
    const all = withOrigin && this.origin && beside(this.origin) ? [...points, { x: this.origin[0], y: this.origin[1] }] : points;
    const xs = all.map(({ x }) => x), ys = all.map(({ y }) => y);
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const { width, height } = this.drawing.getBoundingClientRect();
    const free = [width - BESIDE.side - BESIDE.controls, height - BESIDE.top - BESIDE.bottom];
    const least = (withOrigin ? LEAST_M : 60) / (width || 390);
    const unit = Math.max(least, (east - west) / Math.max(40, free[0]), (south - north) / Math.max(40, free[1]));
    const aside = getComputedStyle(this.drawing).direction === "rtl" ? -1 : 1;
    const middle = [(west + east) / 2, (north + south) / 2];
    this.look(middle[0] + (aside * unit * (BESIDE.controls - BESIDE.side)) / 2, middle[1] + (unit * (BESIDE.bottom - BESIDE.top)) / 2, unit * width);
  }

  shape() {
    const { width, height } = this.drawing.getBoundingClientRect();
    return height ? width / height : 1.5;
  }

  look(x, y, wide) {
    const width = Math.min(WIDEST_M, Math.max(40, wide)), height = width / this.shape();
    this.box = { x: x - width / 2, y: y - height / 2, width, height };
    this.draw();
  }

  zoom(by, at = [0.5, 0.5]) {
    const { x, y, width, height } = this.box;
    const held = [x + width * at[0], y + height * at[1]];
    const wide = Math.min(WIDEST_M, Math.max(40, width * by));
    this.look(held[0] + wide * (0.5 - at[0]), held[1] + (wide / this.shape()) * (0.5 - at[1]), wide);
    this.touched();
  }

  /** From now on the map is the reader's: fingers move it, and no new size does. */
  touched() {
    this.moved = true;
    this.figure.classList.add("live");
  }

  draw() {
    const { x, y, width, height } = this.box;
    this.drawing.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.unit = width / (this.drawing.getBoundingClientRect().width || 390);
    this.start.setAttribute("r", this.origin ? 7 * this.unit : 0);
    if (this.origin) {
      this.start.setAttribute("cx", this.origin[0]);
      this.start.setAttribute("cy", this.origin[1]);
    }
    this.marks.replaceChildren(...this.merged().map((mark) => this.write(mark)));
  }

  merged() {
    const marks = [];
    for (const [number, spot, address] of this.placed) {
      const near = marks.find((mark) => Math.hypot(mark.x - spot.x, mark.y - spot.y) < APART * this.unit);
      if (near) near.members.push({ number, spot, address });
      else marks.push({ x: spot.x, y: spot.y, members: [{ number, spot, address }] });
    }
    return marks;
  }

  write({ x, y, members }) {
    const link = this.entry.cloneNode(true);
    const numbers = members.map(({ number }) => number);
    const single = members.length === 1;
    link.setAttribute("href", single ? members[0].address : `#s-${members[0].spot.id}`);
    link.dataset.numbers = numbers.join(",");
    link.setAttribute("aria-label", `${numbers.join(", ")}: ${members[0].spot.ko || members[0].spot.en}`);
    const [reach, dot] = link.querySelectorAll("circle");
    for (const [circle, pixels] of [[reach, 22], [dot, 15]]) {
      for (const [name, value] of [["cx", x], ["cy", y], ["r", pixels * this.unit]]) circle.setAttribute(name, value);
    }
    const text = link.querySelector("text");
    for (const [name, value] of [["x", x], ["y", y + 5 * this.unit], ["font-size", (single ? 14 : 12) * this.unit]]) text.setAttribute(name, value);
    text.textContent = single ? numbers[0] : `${numbers[0]}+`;
    link.members = members;
    return link;
  }

  onClick(event) {
    const by = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (by) return this.zoom(Number(by));
    const link = event.target.closest("#marks a");
    if (this.dragged || (link && link.members?.length > 1)) event.preventDefault();
    if (this.dragged || !link || !(link.members?.length > 1)) return undefined;
    const spots = link.members.map(({ spot }) => spot);
    if (spots.every((spot) => Math.hypot(spot.x - spots[0].x, spot.y - spots[0].y) < 6)) {
      document.getElementById(`s-${spots[0].id}`)?.querySelector("a").focus();
      return undefined; // one house: no zoom parts them, the list has them all
    }
    this.touched();
    return this.fit(spots, false);
  }

  followFingers() {
    const fingers = new Map();
    const at = (event) => [event.clientX, event.clientY];
    this.drawing.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, at(event));
      this.dragged = false;
    });
    this.drawing.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId) || !this.box) return;
      const before = [...fingers.values()];
      const [x, y] = fingers.get(event.pointerId);
      if (!this.dragged && Math.hypot(event.clientX - x, event.clientY - y) < 8) return;
      this.dragged = this.moved = true;
      fingers.set(event.pointerId, at(event));
      this.move(before, [...fingers.values()]);
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      this.drawing.addEventListener(end, (event) => {
        fingers.delete(event.pointerId);
        setTimeout(() => { this.dragged = false; }, 0);
      });
    }
  }

  move(before, after) {
    const middle = (points, axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    const spread = (points) => Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]);
    const by = before.length === 2 && after.length === 2 ? spread(before) / (spread(after) || 1) : 1;
    const east = (middle(before, 0) - middle(after, 0)) * this.unit;
    const south = (middle(before, 1) - middle(after, 1)) * this.unit;
    const { x, y, width, height } = this.box;
    this.look(x + width / 2 + east, y + height / 2 + south, width * by);
  }
}
