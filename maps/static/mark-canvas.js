// Marks on a canvas: circles with a shape and a letter, of which the nearest answers to a pointer.
const CELL = 44; // pixels; no mark reaches farther than this, fingers included
const HOVER_EVERY = 32; // milliseconds

const { atlas } = window;

// Leaflet's own canvas gives an event to the last mark drawn within reach of the pointer.
const Canvas = L.Canvas.extend({
  // Marks whose centres lie within so many pixels of a point of the layer, the nearest first.
  near(point, reach) {
    const [column, row] = [Math.floor(point.x / CELL), Math.floor(point.y / CELL)];
    const steps = [-1, 0, 1];
    const here = steps.flatMap((x) => steps.flatMap((y) => this._cells().get(`${column + x} ${row + y}`) ?? []));
    const measured = here.map((mark) => [mark._point.distanceTo(point), mark]).filter(([distance]) => distance <= reach);
    return measured.sort(([a], [b]) => a - b).map(([, mark]) => mark);
  },

  // Marks by square of the layer. Points of a layer change with the zoom and stay when it is dragged.
  _cells() {
    const view = String(this._map.getPixelOrigin());
    if (this._grid?.view === view) return this._grid.cells;
    const cells = new Map();
    for (const mark of Object.values(this._layers)) {
      const key = `${Math.floor(mark._point.x / CELL)} ${Math.floor(mark._point.y / CELL)}`;
      cells.set(key, [...(cells.get(key) ?? []), mark]);
    }
    this._grid = { view, cells };
    return cells;
  },

  _initPath(mark) {
    this._grid = null;
    L.Canvas.prototype._initPath.call(this, mark);
  },

  _removePath(mark) {
    this._grid = null;
    L.Canvas.prototype._removePath.call(this, mark);
  },

  _at(point) {
    return this.near(point, CELL).find((mark) => mark._containsPoint(point));
  },

  _onClick(event) {
    const mark = this._at(this._map.mouseEventToLayerPoint(event));
    const pressed = event.type === "click" || event.type === "preclick";
    const dragged = pressed && mark && this._map._draggableMoved(mark);
    this._fireEvent(mark && !dragged ? [mark] : false, event);
  },

  _handleMouseHover(event, point) {
    if (this._mouseHoverThrottled) return;
    const mark = this._at(point);
    if (mark !== this._hoveredLayer) {
      this._handleMouseOut(event);
      if (mark) {
        this._container.classList.add("leaflet-interactive");
        this._fireEvent([mark], event, "mouseover");
        this._hoveredLayer = mark;
      }
    }
    this._fireEvent(this._hoveredLayer ? [this._hoveredLayer] : false, event);
    this._mouseHoverThrottled = true;
    setTimeout(() => { this._mouseHoverThrottled = false; }, HOVER_EVERY);
  },
});

const Mark = L.CircleMarker.extend({
  _updatePath() {
    if (this._renderer._drawing && !this._empty()) paint(this._renderer._ctx, this);
  },
});

// Fingers are broader than pointers: the canvas answers to touches beside a mark, too.
const canvas = new Canvas({ pane: "points", padding: 0.3, tolerance: matchMedia("(pointer: coarse)").matches ? 10 : 3 });

export const mark = (place, options) => new Mark(place, { renderer: canvas, pane: "points", color: "#ffffff", weight: 1.5, ...options });

// Marks whose centres lie within so many pixels of a place, the nearest first.
export const marksNear = (place, reach) => canvas.near(atlas.map.latLngToLayerPoint(place), reach);

function paint(context, mark) {
  const { x, y } = mark._point;
  const { shape, fillColor, color, weight, dash, letter, chosen } = mark.options;
  const radius = mark._radius;
  context.beginPath();
  outline(context, shape, x, y, radius);
  context.fillStyle = fillColor;
  context.fill();
  context.setLineDash(dash || []);
  context.lineWidth = chosen ? 4 : weight;
  context.strokeStyle = chosen ? "#111111" : color;
  context.stroke();
  context.setLineDash([]);
  if (!letter || radius < 7.5) return;
  context.fillStyle = "#ffffff";
  context.font = `700 ${Math.round(radius * (letter.length > 1 ? 0.92 : 1.15))}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(letter, x, y + 0.5);
}

function outline(context, shape, x, y, r) {
  if (shape === "square") {
    context.roundRect(x - r * 0.92, y - r * 0.92, r * 1.84, r * 1.84, r * 0.28);
  } else if (shape === "diamond") {
    polygon(context, x, y, r * 1.2, 4);
  } else if (shape === "hexagon") {
    polygon(context, x, y, r * 1.08, 6);
  } else {
    context.arc(x, y, r, 0, 2 * Math.PI);
  }
}

function polygon(context, x, y, r, corners) {
  for (let k = 0; k < corners; k += 1) {
    const angle = (2 * Math.PI * k) / corners - Math.PI / 2;
    context.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  context.closePath();
}
