"""Where a person would press on a drawn map."""

# A point inside the drawn area, which its box need not have at its
# middle.
INSIDE = """(name) => {
  const path = document.querySelector(`a[aria-label="${name}"] path`);
  path.scrollIntoView({ block: "center", behavior: "instant" });
  const box = path.getBBox(), to = path.getScreenCTM();
  for (let x = 0.05; x < 1; x += 0.05) for (let y = 0.05; y < 1; y += 0.05) {
    const point = new DOMPoint(box.x + box.width * x, box.y + box.height * y);
    if (!path.isPointInFill(point)) continue;
    const at = point.matrixTransform(to);
    if (document.elementFromPoint(at.x, at.y) === path) return [at.x, at.y];
  }
}"""
