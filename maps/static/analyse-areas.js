// An area drawn on the map is written into the form as it would be typed.
"use strict";

const METRES_PER_DEGREE = 110_950; // of latitude, at Ansan
const map = document.getElementById("areas-map");
const field = document.getElementById("drawn");
const tools = document.getElementById("draw-tools");

if (tools) {
  const buttons = [...tools.querySelectorAll("[data-tool]")];
  const note = document.getElementById("draw-note");
  const metres = document.getElementById("metres");
  const sketch = document.getElementById("sketch");
  const { west, north, scale, squeeze } = Object.fromEntries(
    Object.entries(map.dataset).map(([name, value]) => [name, Number(value)]),
  );
  let tool = "";
  let corners = []; // longitude and latitude
  let cross = [0, 0]; // where the keyboard presses, units of the drawing

  const toDegrees = ({ x, y }) => [west + x / (squeeze * scale), north - y / scale];
  const toDrawing = ([lon, lat]) => [(lon - west) * squeeze * scale, (north - lat) * scale];
  const written = (corner, between) => corner.map((degrees) => degrees.toFixed(5)).join(between);

  const zoomOf = () => Number(map.style.getPropertyValue("--zoom") || 1);
  const circlePath = ([x, y], r) =>
    `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;

  const draw = () => {
    const points = corners.map(toDrawing);
    if (tool === "radius" && points.length) {
      sketch.setAttribute("d", circlePath(points[0], (metres.valueAsNumber / METRES_PER_DEGREE) * scale));
      field.value = `radius:${written(corners[0], ",")},${metres.value}`;
    } else if (tool === "polygon" && points.length) {
      const dots = points.map((point) => circlePath(point, 3 / zoomOf())).join("");
      sketch.setAttribute("d", `M${points.map((point) => point.join(" ")).join("L")}Z${dots}`);
      field.value =
        corners.length < 3 ? "" : `polygon:${corners.map((corner) => written(corner, " ")).join(",")}`;
    } else if (tool === "hex" && points.length) {
      sketch.setAttribute("d", circlePath(points[0], 4 / zoomOf()));
      field.value = `hex:${written(corners[0], ",")}`;
    } else {
      sketch.setAttribute("d", "");
      field.value = "";
    }
  };

  const press = (at) => {
    corners = tool === "polygon" ? [...corners, toDegrees(at)] : [toDegrees(at)];
    draw();
  };

  const drawCross = () => {
    const [x, y] = cross;
    const arm = 10 / zoomOf();
    document
      .getElementById("cross")
      .setAttribute("d", `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`);
  };

  const moveCross = (right, down) => {
    const { x, y, width, height } = map.viewBox.baseVal;
    const within = (at, low, size) => Math.min(Math.max(at, low), low + size);
    cross = [within(cross[0] + right, x, width), within(cross[1] + down, y, height)];
    drawCross();
  };

  const choose = (chosen) => {
    tool = chosen;
    corners = [];
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
    note.textContent = `${note.dataset[tool]} ${note.dataset.keys}`;
    map.classList.add("drawing");
    const { x, y, width, height } = map.viewBox.baseVal;
    cross = [x + width / 2, y + height / 2];
    drawCross();
    draw();
  };

  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.tool));
  metres.addEventListener("input", draw);
  document.getElementById("undo").addEventListener("click", () => {
    corners = corners.slice(0, -1);
    draw();
  });
  map.addEventListener("click", ({ clientX, clientY }) => {
    if (!tool) return;
    const at = new DOMPoint(clientX, clientY).matrixTransform(map.getScreenCTM().inverse());
    press(at);
  });
  map.addEventListener("keydown", (event) => {
    const step = map.viewBox.baseVal.width / (event.shiftKey ? 20 : 100);
    const [right, down] = ARROWS[event.key] || [0, 0];
    if (!tool) return;
    if (right || down) moveCross(right * step, down * step);
    else if (event.key === "Enter" || event.key === " ") press({ x: cross[0], y: cross[1] });
    else if (event.key === "Backspace") document.getElementById("undo").click();
    else {
      moveCross(0, 0); // a zoom may have left it outside
      return;
    }
    event.preventDefault();
  });
  map.setAttribute("role", "application"); // arrow keys are the map's own
  tools.hidden = false;
}

// One area is selected everywhere: on the map, in the chart, in the table, and in the address.
const marked = [...document.querySelectorAll("[data-area]")];
const mark = (area) => {
  for (const part of marked) part.classList.toggle("selected", part.dataset.area === area);
  const address = new URL(location.href);
  address.searchParams.set("unit", area);
  history.replaceState(null, "", address);
};
for (const part of marked) {
  part.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || map.classList.contains("drawing")) return;
    event.preventDefault();
    mark(part.dataset.area);
  });
}
document.documentElement.dataset.ready = "true";
