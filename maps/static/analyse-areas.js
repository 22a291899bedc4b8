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

  const toDegrees = ({ x, y }) => [west + x / (squeeze * scale), north - y / scale];
  const toDrawing = ([lon, lat]) => [(lon - west) * squeeze * scale, (north - lat) * scale];
  const written = (corner, between) => corner.map((degrees) => degrees.toFixed(5)).join(between);

  const circlePath = ([x, y], r) =>
    `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;

  const draw = () => {
    const points = corners.map(toDrawing);
    if (tool === "radius" && points.length) {
      sketch.setAttribute("d", circlePath(points[0], (metres.valueAsNumber / METRES_PER_DEGREE) * scale));
      field.value = `radius:${written(corners[0], ",")},${metres.value}`;
    } else if (tool === "polygon" && points.length) {
      const dots = points.map((point) => circlePath(point, 3)).join("");
      sketch.setAttribute("d", `M${points.map((point) => point.join(" ")).join("L")}Z${dots}`);
      field.value =
        corners.length < 3 ? "" : `polygon:${corners.map((corner) => written(corner, " ")).join(",")}`;
    } else {
      sketch.setAttribute("d", "");
      field.value = "";
    }
  };

  const choose = (chosen) => {
    tool = chosen;
    corners = [];
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
    note.textContent = note.dataset[tool];
    map.classList.add("drawing");
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
    corners = tool === "radius" ? [toDegrees(at)] : [...corners, toDegrees(at)];
    draw();
  });
  tools.hidden = false;
}
document.documentElement.dataset.ready = "true";
