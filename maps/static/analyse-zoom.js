// Zoom and pan of the maps of a page: all show the same ground, by buttons, keys and dragging.
"use strict";

const MOST_ZOOM = 16;
const STEP = 0.2; // of the width of the view, by an arrow key
const DRAG_PX = 4; // a shorter way is a press
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const linked = [...document.querySelectorAll(".unit-map[data-scale]")].map((svg) => {
  const { west, north, scale, squeeze } = Object.fromEntries(
    Object.entries(svg.dataset).map(([name, value]) => [name, Number(value)]),
  );
  const { width, height } = svg.viewBox.baseVal;
  return { svg, west, north, scale, perLon: squeeze * scale, width, height };
});

if (linked.length) {
  const [first] = linked;
  const whole = Math.max(...linked.map((one) => one.width / one.perLon)); // degrees of longitude
  const view = {
    lon: first.west + first.width / 2 / first.perLon,
    lat: first.north - first.height / 2 / first.scale,
    span: whole,
  };

  const show = () => {
    for (const { svg, west, north, scale, perLon, width, height } of linked) {
      const wide = Math.min(view.span * perLon, width);
      const high = (wide / width) * height;
      const within = (at, size, most) => Math.min(Math.max(at - size / 2, 0), most - size);
      const x = within((view.lon - west) * perLon, wide, width);
      const y = within((north - view.lat) * scale, high, height);
      svg.setAttribute("viewBox", `${x} ${y} ${wide} ${high}`);
      svg.style.setProperty("--zoom", String(width / wide));
    }
    // The view stays where the first map can show it.
    const { x, y, width, height } = first.svg.viewBox.baseVal;
    view.lon = first.west + (x + width / 2) / first.perLon;
    view.lat = first.north - (y + height / 2) / first.scale;
  };
  const zoom = (factor) => {
    view.span = Math.min(Math.max(view.span / factor, whole / MOST_ZOOM), whole);
    show();
  };
  const pan = (right, down) => {
    const { width, height } = first.svg.viewBox.baseVal;
    view.lon += (right * width) / first.perLon;
    view.lat -= (down * height) / first.scale;
    show();
  };

  const tools = document.getElementById("zoom-tools");
  if (tools) {
    for (const button of tools.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
    }
    tools.hidden = false;
  }
  for (const { svg } of linked) {
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (event.key === "+" || event.key === "=") zoom(2);
      else if (event.key === "-") zoom(0.5);
      else if (arrow && !svg.classList.contains("drawing")) pan(arrow[0] * STEP, arrow[1] * STEP);
      else return;
      event.preventDefault();
    });
    let from = null;
    let dragged = false;
    svg.addEventListener("pointerdown", ({ clientX, clientY }) => {
      from = [clientX, clientY];
      dragged = false;
    });
    svg.addEventListener("pointermove", ({ clientX, clientY, buttons }) => {
      if (!from || !buttons || view.span === whole) return;
      const box = svg.getBoundingClientRect();
      const [right, down] = [(from[0] - clientX) / box.width, (from[1] - clientY) / box.height];
      if (!dragged && Math.hypot(right * box.width, down * box.height) < DRAG_PX) return;
      dragged = true;
      from = [clientX, clientY];
      pan(right, down);
    });
    svg.addEventListener("click", (event) => dragged && event.stopImmediatePropagation(), true);
  }
}
