// Figures of a cell of a map, by pointer, touch and keyboard: the same texts as in the table.
"use strict";

const block = document.getElementById("tips-data");

if (block) {
  const AWAY = 14; // pixels from the pointer
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const { note, units } = JSON.parse(block.textContent);
  const box = document.createElement("div");
  box.className = "cell-tip";
  box.id = "cell-tip";
  box.hidden = true;
  document.getElementById("content").append(box);

  const linesOf = (cell) => [...(units[cell.dataset.unit] ?? []), ...(note ? [note] : [])];
  let shown = null; // the cell, and where its middle was
  const hide = () => {
    box.hidden = true;
    shown = null;
  };
  const show = (cell, x, y) => {
    const lines = linesOf(cell);
    if (!units[cell.dataset.unit] || cell.closest(".drawing")) return hide();
    box.replaceChildren(
      ...lines.map((line, at) => {
        const part = document.createElement(at ? "span" : "strong");
        part.textContent = line;
        return part;
      }),
    );
    box.hidden = false;
    shown = { cell, at: middle(cell) };
    const { width, height } = box.getBoundingClientRect();
    const right = Math.min(x + AWAY, document.documentElement.clientWidth - width - 4);
    const below = y + AWAY + height < innerHeight ? y + AWAY : y - AWAY - height;
    box.style.left = `${Math.max(right, 4)}px`;
    box.style.top = `${Math.max(below, 4)}px`;
  };
  const middle = (cell) => {
    const { left, top, width, height } = cell.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const focus = (cell) => {
    cell.setAttribute("tabindex", "-1");
    cell.setAttribute("role", "img");
    cell.setAttribute("aria-label", linesOf(cell).join(". "));
    cell.focus({ preventScroll: true });
    show(cell, ...middle(cell));
  };

  // The nearest cell on that side of a place; what lies across counts double.
  const nearest = (cells, from, [right, down]) => {
    const ways = cells.map((cell) => {
      const [x, y] = middle(cell);
      const [ahead, across] = right
        ? [(x - from[0]) * right, Math.abs(y - from[1])]
        : [(y - from[1]) * down, Math.abs(x - from[0])];
      return [ahead > 0.5 && across <= 2 * ahead ? ahead + 2 * across : Infinity, cell];
    });
    const [way, cell] = ways.reduce((a, b) => (b[0] < a[0] ? b : a), [Infinity, null]);
    return way < Infinity ? cell : null;
  };

  for (const map of document.querySelectorAll(".unit-map")) {
    const cells = () => {
      const frame = map.getBoundingClientRect();
      return [...map.querySelectorAll("[data-unit]")].filter((cell) => {
        const [x, y] = middle(cell);
        return x >= frame.left && x <= frame.right && y >= frame.top && y <= frame.bottom;
      });
    };
    map.setAttribute("role", map.getAttribute("role") === "application" ? "application" : "group");
    map.setAttribute("aria-describedby", "cell-keys");
    const point = ({ target, clientX, clientY }) => {
      const cell = target.closest("[data-unit]");
      if (cell) show(cell, clientX, clientY);
      else hide();
    };
    map.addEventListener("pointermove", point);
    map.addEventListener("click", point);
    map.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && hide());
    map.addEventListener("focusout", hide);
    map.addEventListener(
      "keydown",
      (event) => {
        const cell = event.target.closest("[data-unit]");
        const move = MOVES[event.key];
        if (event.key === "Escape" && cell) map.focus();
        else if (event.key === "Enter" && !cell && !map.classList.contains("drawing")) {
          const { left, top, width, height } = map.getBoundingClientRect();
          const first = map.querySelector(".selected") ?? closest(cells(), left + width / 2, top + height / 2);
          if (first) focus(first);
        } else if (cell && move) {
          const next = nearest(cells(), middle(cell), move);
          if (next) focus(next);
        } else if (cell && (event.key === "Enter" || event.key === " ")) {
          cell.dispatchEvent(new MouseEvent("click", { bubbles: true }));
          show(cell, ...middle(cell));
        } else return;
        event.preventDefault();
        event.stopImmediatePropagation(); // arrow keys move the map elsewhere
      },
      true,
    );
  }
  const closest = (among, x, y) => {
    const away = (cell) => Math.hypot(middle(cell)[0] - x, middle(cell)[1] - y);
    return among.reduce((a, b) => (a && away(a) <= away(b) ? a : b), null);
  };
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  const scrolled = () => {
    if (shown && middle(shown.cell).some((now, axis) => Math.abs(now - shown.at[axis]) > 2)) hide();
  };
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  document.addEventListener("pointerdown", ({ target }) => target.closest(".unit-map") || hide());
  const keys = document.getElementById("cell-keys");
  if (keys) keys.hidden = false;
  document.documentElement.dataset.tips = "ready";
}
