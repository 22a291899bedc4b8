"""What lies under something else on a page."""

COVERED = """(wanted) => [...document.querySelectorAll(wanted)]
  .filter((one) => {
    one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = one.getBoundingClientRect();
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !(hit && (one.contains(hit) || hit.contains(one)));
  }).map((one) => one.outerHTML.slice(0, 60))"""


def covered(page, wanted):
    """List elements (CSS selectors) that another one covers when they are scrolled into view."""
    return page.evaluate(COVERED, wanted)
