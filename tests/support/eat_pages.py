"""Ways of going through the visitors' page."""


def go_on(page, query, shown):
    """Go on within the page, as its links do, until it shows what was asked for."""
    page.evaluate(
        """(query) => {
          history.pushState({}, "", `eat?${query}`);
          dispatchEvent(new PopStateEvent("popstate"));
        }""",
        query,
    )
    page.wait_for_selector(shown)
