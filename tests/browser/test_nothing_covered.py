"""What can be read or pressed is on top where it is: asked of the page at scrolled positions."""

import pytest

pytestmark = pytest.mark.browser

WIDTHS = (390, 768, 1024, 1280, 1920)
PAGES = [
    "/",
    "/maps/food-streets?category=grocery",  # a list of moderate length, with all parts of a page
    "/maps/density",
    "/maps/density?by=kernel&lang=ko",
    "/maps/density?by=dong&lang=ko",
    "/maps/residents",
    "/maps/residents?indicator=foreign&lang=ko",
    "/maps/residents?indicator=change&lang=ko",
    "/maps/join?lang=ko",
    "/plan?dong=4127354500,4127153700&lang=ko",
    "/collections?lang=ko",
    "/collections/centres/items?limit=10",
]

# Each element is scrolled to the middle and asked for at its own centre. Of an element that goes
# over several lines, the first line counts. What is under a label belongs to its control.
COVERED = """() => {
  const wanted = `th, td, a[href], button, summary, label, select, textarea, output,
    input:not([type=hidden]), .face-note, .banner`;
  const seen = (one) => one.checkVisibility({ visibilityProperty: true })
    && !one.matches(".skip, .unseen") && !one.closest(".leaflet-pane");
  const lookedThrough = (one) => getComputedStyle(one).pointerEvents === "none";
  const belongs = (hit, one) => hit && (one.contains(hit)
    || hit.closest("label")?.control === one || one.control === hit);
  const found = [];
  let asked = 0;
  for (const one of document.querySelectorAll(wanted)) {
    // Shapes of a drawing have no middle of their own; the pages that draw them test them.
    if (!seen(one) || lookedThrough(one) || one.closest("svg")) continue;
    one.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = [...one.getClientRects()].find(({ width, height }) => width && height);
    if (!box) continue;
    asked += 1;
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (belongs(hit, one)) continue;
    found.push(`${one.tagName} "${one.textContent.trim().slice(0, 30)}" under `
      + `${hit?.tagName}.${hit?.getAttribute("class")}`);
  }
  return { asked, found };
}"""

# Areas of a map that are hatched, shaded or sized: each is brought into view by the map's own
# ways, and has a point of its own where a pointer reaches it.
HIDDEN_AREAS = """() => {
  const { map, shapes } = window.atlas;
  map.invalidateSize({ animate: false, debounceMoveend: false });
  map.getContainer().scrollIntoView({ block: "center", behavior: "instant" });
  const found = [];
  const reached = (path) => {
    const box = path.getBoundingClientRect();
    const steps = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9];
    return steps.some((x) => steps.some((y) =>
      document.elementFromPoint(box.x + box.width * x, box.y + box.height * y) === path));
  };
  for (const [id, layer] of shapes) {
    const path = layer.getElement?.();
    if (!path?.matches(".leaflet-interactive")) continue;
    const middle = layer.getBounds?.().getCenter() ?? layer.getLatLng();
    if (!reached(path)) map.panTo(middle, { animate: false });
    if (!reached(path)) found.push(id);
  }
  return { asked: shapes.size, found };
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_covers_what_can_be_read_or_pressed(at_width, path, width):
    answer = at_width(path, width).evaluate(COVERED)
    assert answer["asked"] > 10
    assert answer["found"] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("/maps/density")])
def test_areas_of_a_map_can_be_pointed_at(at_width, path, width):
    answer = at_width(path, width).evaluate(HIDDEN_AREAS)
    assert answer["asked"] > 0
    assert answer["found"] == []
