// The town under a map: houses, streets and tracks on canvases below the data, names above it.
// Names keep clear of each other and, where they can, of the marks of the data.
"use strict";

{
  const PAPER = { house: "#e2d9c8", lot: "#ece6da", street: "#ffffff", edge: "#c9bfac", rail: "#7d858b", park: "#cfe0c0" };
  const WIDTHS = { 1: 8, 2: 12, 3: 26 }; // metres of lane, road, avenue
  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif';
  const RANKS = { station: 0, place: 1, street: 2, minor: 3 };
  const MOST_COVERED = 1; // marks over a name; with more it cannot be read
  const PAD = 0.15; // of the view, drawn beyond its edges

  const Town = L.Layer.extend({
    initialize(data) {
      this._data = data;
      this._houses = unpacked(data.houses);
      this._marks = [];
    },

    // Marks, each {latlng, radius}, that would cover names.
    avoid(marks) {
      this._marks = marks;
      if (this._view) this._names(fresh(this._sheets[2], this._view), this._view);
    },

    onAdd(map) {
      this._sheets = ["houses", "streets", "names"].map((name) => sheet(map, name));
      map.on("moveend resize", this.draw, this);
      map.on("zoomanim", this._zoom, this);
      this.draw();
    },

    onRemove(map) {
      map.off("moveend resize", this.draw, this).off("zoomanim", this._zoom, this);
      for (const canvas of this._sheets) canvas.remove();
    },

    draw() {
      const view = viewOf(this._map);
      this._view = { ...view, zoom: this._map.getZoom(), corner: this._map.containerPointToLatLng(view.offset) };
      const [houses, streets, names] = this._sheets.map((canvas) => fresh(canvas, view));
      drawHouses(houses, this._houses, view);
      drawStreets(streets, this._data, view);
      this._names(names, view);
    },

    _names(context, view) {
      const obstacles = this._marks.map(({ latlng, radius }) => around(view.place([latlng.lng, latlng.lat]), radius));
      const written = nameAll(context, this._data, view, obstacles, furniture(this._map, view));
      // Read by tests: what is drawn on a canvas leaves no elements behind.
      this._map.getContainer().dataset.names = JSON.stringify(written);
    },

    _zoom({ center, zoom }) {
      const scale = this._map.getZoomScale(zoom, this._view.zoom);
      const at = this._map._latLngToNewLayerPoint(this._view.corner, zoom, center);
      for (const canvas of this._sheets) L.DomUtil.setTransform(canvas, at, scale);
    },
  });

  window.atlas.town = (data) => {
    window.atlas.ground = new Town(data);
    return window.atlas.ground;
  };

  function unpacked({ start, steps }) {
    const found = [];
    let [east, north] = start;
    for (let k = 0; k < steps.length; k += 4) {
      east += steps[k];
      north += steps[k + 1];
      found.push({ at: [east / 1e6, north / 1e6], half: steps[k + 2] / 10, turn: (steps[k + 3] / 30) * (Math.PI / 2) });
    }
    return found;
  }

  // ---- canvases ----

  function sheet(map, name) {
    const canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated town");
    canvas.dataset.sheet = name;
    canvas.setAttribute("aria-hidden", "true");
    map.getPane(name).append(canvas);
    return canvas;
  }

  function viewOf(map) {
    const size = map.getSize();
    const offset = L.point(Math.round(-size.x * PAD), Math.round(-size.y * PAD));
    const [width, height] = [size.x - 2 * offset.x, size.y - 2 * offset.y];
    const origin = map.containerPointToLayerPoint(offset);
    const middle = map.getCenter();
    const metre = map.latLngToLayerPoint(middle).distanceTo(map.latLngToLayerPoint([middle.lat + 0.001, middle.lng])) / 111;
    const place = ([lon, lat]) => map.latLngToLayerPoint([lat, lon]).subtract(origin);
    return { offset, width, height, origin, metre, zoom: map.getZoom(), place, shown: L.bounds([-offset.x, -offset.y], [size.x - offset.x, size.y - offset.y]) };
  }

  function fresh(canvas, { width, height, origin }) {
    const dots = Math.min(window.devicePixelRatio || 1, 2);
    Object.assign(canvas, { width: width * dots, height: height * dots });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    L.DomUtil.setTransform(canvas, origin, 1);
    const context = canvas.getContext("2d");
    context.scale(dots, dots);
    return context;
  }

  // ---- houses ----

  function drawHouses(context, houses, { place, metre, width, height, zoom }) {
    const near = [];
    for (const one of houses) {
      const { x, y } = place(one.at);
      if (x > -40 && y > -40 && x < width + 40 && y < height + 40) near.push({ x, y, ...one });
    }
    fillAll(context, near, PAPER.lot, (one) => (one.half + 5) * metre, 0.42);
    if (zoom >= 14.5) fillAll(context, near, PAPER.house, (one) => one.half * metre, 0.22);
  }

  function fillAll(context, houses, colour, half, round) {
    context.fillStyle = colour;
    for (const one of houses) {
      const side = Math.max(half(one), 1);
      context.save();
      context.translate(one.x, one.y);
      context.rotate(-one.turn);
      context.beginPath();
      context.roundRect(-side, -side, 2 * side, 2 * side, side * round);
      context.fill();
      context.restore();
    }
  }

  // ---- streets and tracks ----

  function drawStreets(context, { streets, tracks, parks }, view) {
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const park of parks) drawPark(context, view.place(park.at), view);
    const wide = streets.map((street) => [street, Math.max(WIDTHS[street.width] * view.metre, 1.5 + street.width)]);
    for (const [{ line }, width] of wide) stroke(context, line, view, PAPER.edge, width + 2);
    for (const [{ line }, width] of wide) stroke(context, line, view, PAPER.street, width);
    for (const { line } of tracks) drawTrack(context, line, view);
  }

  function drawTrack(context, line, view) {
    const width = view.zoom < 13 ? 2 : view.zoom < 16 ? 3.5 : 5;
    context.lineCap = "butt";
    stroke(context, line, view, PAPER.rail, width);
    context.setLineDash([width * 2.4, width * 2.4]);
    stroke(context, line, view, "#ffffff", width - 2);
    context.setLineDash([]);
  }

  function drawPark(context, { x, y }, { metre }) {
    context.fillStyle = PAPER.park;
    context.beginPath();
    context.arc(x, y, Math.max(35 * metre, 5), 0, 2 * Math.PI);
    context.fill();
  }

  function stroke(context, line, view, colour, width) {
    context.beginPath();
    for (const one of line) {
      const { x, y } = view.place(one);
      context.lineTo(x, y);
    }
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }

  // ---- names ----

  function nameAll(context, data, view, obstacles, furniture) {
    const taken = [...furniture];
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.lineJoin = "round";
    const written = [];
    for (const one of candidates(data, view)) {
      context.font = one.font;
      const spot = bestSpot(one, context.measureText(one.text).width, taken, obstacles, view);
      if (!spot) continue;
      taken.push(...spot.boxes);
      write(context, one, spot);
      written.push(one.text);
    }
    return written;
  }

  function candidates({ streets, stations, places, areas }, view) {
    const { zoom, place } = view;
    const found = stations.map((one) => ({ text: one.name, rank: RANKS.station, colour: "#22303a", font: `700 13px ${FONT}`, spots: beside(place(one.at), 16) }));
    for (const one of places) {
      if (zoom < one.from) continue;
      found.push({ text: one.name, rank: RANKS.place, colour: one.colour, font: `600 12px ${FONT}`, dot: place(one.at), spots: beside(place(one.at), 11) });
    }
    for (const one of areas) {
      if (zoom < 15.75) found.push({ text: one.name, rank: RANKS.minor, colour: "#6d6558", font: `600 12px ${FONT}`, spots: [{ ...place(one.at), angle: 0, align: "middle" }] });
    }
    if (zoom >= 15.25) {
      const size = zoom < 16.5 ? 11 : zoom < 18 ? 12.5 : 14;
      for (const one of [...streets].sort((a, b) => b.width - a.width)) {
        found.push({ text: zoom < 16.75 ? one.short : one.name, rank: RANKS.street, colour: "#4b4232", font: `500 ${size}px ${FONT}`, spots: along(one.line.map(place), view), fit: true });
      }
    }
    return found.sort((a, b) => a.rank - b.rank);
  }

  const around = ({ x, y }, reach) => [x - reach, y - reach, x + reach, y + reach];

  // What stands on the map's face: buttons, scale, notes.
  function furniture(map, { offset }) {
    const corner = map.getContainer().getBoundingClientRect();
    const things = map.getContainer().closest("figure").querySelectorAll(".leaflet-control, .face > *");
    return [...things].map((one) => one.getBoundingClientRect()).filter((box) => box.width).map((box) => [
      box.left - corner.left - offset.x, box.top - corner.top - offset.y, box.right - corner.left - offset.x, box.bottom - corner.top - offset.y,
    ]);
  }

  const beside = ({ x, y }, gap) => [
    { x, y: y + gap, angle: 0, align: "middle" },
    { x: x + gap, y, angle: 0, align: "start" },
    { x: x - gap, y, angle: 0, align: "end" },
    { x, y: y - gap, angle: 0, align: "middle" },
  ];

  // Places on each straight part of a street, from its middle outwards, and beyond its ends.
  function along(points, view) {
    const found = [];
    for (let k = 1; k < points.length; k += 1) {
      const [from, to] = [points[k - 1], points[k]];
      const length = from.distanceTo(to);
      let angle = Math.atan2(to.y - from.y, to.x - from.x);
      if (Math.abs(angle) > Math.PI / 2) angle -= Math.sign(angle) * Math.PI;
      for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]) {
        const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
        const room = 2 * length * Math.min(share, 1 - share);
        if (view.shown.contains([x, y])) found.push({ x, y, angle, align: "middle", room });
      }
    }
    return found.sort((a, b) => b.room - a.room);
  }

  function bestSpot(one, width, taken, obstacles, view) {
    let best = null;
    for (const spot of one.spots) {
      if (one.fit && width > spot.room * 1.15) continue;
      const boxes = boxesOf(spot, width, Number.parseInt(one.font.slice(4), 10));
      if (boxes.some((box) => taken.some((other) => overlap(box, other)) || !inside(box, view))) continue;
      const covered = obstacles.filter((mark) => boxes.some((box) => overlap(box, mark))).length;
      if (!best || covered < best.covered) best = { ...spot, boxes, covered, width };
      if (!covered) break;
    }
    return best?.covered > MOST_COVERED ? null : best;
  }

  // A turned text as a row of small upright boxes.
  function boxesOf({ x, y, angle, align }, width, size) {
    const middle = align === "start" ? x + width / 2 : align === "end" ? x - width / 2 : x;
    const count = angle ? Math.max(Math.ceil(width / size), 1) : 1;
    const [half, high] = [width / count / 2 + 3, size / 2 + 2];
    return Array.from({ length: count }, (_, k) => {
      const step = ((k + 0.5) / count - 0.5) * width;
      const [cx, cy] = [middle + Math.cos(angle) * step, y + Math.sin(angle) * step];
      const reach = angle ? Math.max(half, high) : half;
      return [cx - reach, cy - (angle ? reach : high), cx + reach, cy + (angle ? reach : high)];
    });
  }

  const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const inside = (box, { shown }) => box[0] >= shown.min.x && box[1] >= shown.min.y && box[2] <= shown.max.x && box[3] <= shown.max.y;

  function write(context, { text, colour, font, dot }, { x, y, angle, align, width }) {
    if (dot) drawDot(context, dot, colour);
    context.save();
    context.font = font;
    context.translate(align === "start" ? x + width / 2 : align === "end" ? x - width / 2 : x, y);
    context.rotate(angle);
    context.strokeStyle = "rgb(255 255 255 / 92%)";
    context.lineWidth = 3.5;
    context.strokeText(text, 0, 0);
    context.fillStyle = colour;
    context.fillText(text, 0, 0);
    context.restore();
  }

  function drawDot(context, { x, y }, colour) {
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = "#ffffff";
    context.stroke();
  }
}
