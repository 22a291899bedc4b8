"""The page of one place, desk or helpline: what is known, and the way there."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import shapely

from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.eat.labels import label
from maps.pages.eat.listing import LAYERS, Guide, Result, emergency, result, snapshot_day
from maps.pages.eat.marks import mark_map
from maps.pages.eat.plane import SIZE
from maps.pages.eat.qr import qr_svg
from maps.pages.eat.reports import NO_REPORTS, RECENT_DAYS, Reports, verified_day
from maps.pages.eat.spots import Directory, Spot
from maps.pages.eat.walking import Origin, stands_in
from maps.pages.view_state import EatCard
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render

NEIGHBOURS: Final = 6
BESIDE_M: Final = 120.0  # a landmark nearer than this tells where a place is
_SCHEMA: Final[Mapping[str, str]] = {
    "restaurant": "Restaurant", "cafe": "CafeOrCoffeeShop", "bakery": "Bakery", "pub": "BarOrPub",
    "grocery": "GroceryStore", "beauty": "BeautySalon", "clothing": "ClothingStore",
    "mobile-phone": "MobilePhoneStore", "remittance": "FinancialService",
}  # fmt: skip
_WORLD: Final = {"@context": "https://schema.org"}


def page(
    guide: Guide,
    snapshot: Snapshot,
    view: EatCard,
    site: Site,
    base: str,
    reports: Reports = NO_REPORTS,
) -> Page:
    """Render the page of one spot.

    Args:
        guide: what there is.
        snapshot: for credits, landmarks and dates.
        view: which spot.
        site: language of the reader.
        base: address of the service, without a slash at its end.
        reports: what visitors and staff say of places.
    """
    words, spot = Words(site.lang), guide.directory.by_id[view.id]
    shown = result(spot, words)
    values = {
        "one": shown,
        "spot": spot,
        "base": base,
        "map_size": SIZE,
        "asked": {},
        "address": f"{base}/eat/{quote(spot.id)}",
        "ways": ways_to(spot),
        "code": qr_svg(f"{base}/eat/{quote(spot.id)}", f"{base}/eat/{spot.id}"),
        "landmark": landmark(snapshot, spot, words),
        "services": [label(tag, words) for tag in spot.tags if tag[:2] == "s:"],
        "neighbours": neighbours(guide.directory, spot, words),
        "closed": reports.closed,
        "recent_days": RECENT_DAYS,
        "verified_on": verified_day(reports, spot.id, spot.facts),
        "map": mark_map([spot], guide.directory.origin),
        "emergency": emergency(guide.directory, words),
        "structured": structured(spot, f"{base}/eat/{quote(spot.id)}"),
        "date": snapshot_day(snapshot),
        "stand_in": stands_in(guide.directory.origin),
        "credits": credits_of(snapshot, LAYERS, words.lang),
    }
    return render("eat-card.html", site, values)


def ways_to(spot: Spot) -> dict[str, str]:
    """Link to routes on foot: Kakao, Naver, and any other map of the telephone.

    Args:
        spot: where to; without a point, Naver is asked for its name.
    """
    name = quote(spot.hangul.replace(",", " "), safe="")
    if spot.lon is None or spot.lat is None:
        looked_for = quote(spot.address or spot.hangul, safe="")
        return {"naver": f"https://map.naver.com/p/search/{looked_for}"}
    at = f"{spot.lat},{spot.lon}"
    there = f"{spot.lon},{spot.lat},{name}"
    return {
        "kakao": f"https://map.kakao.com/link/by/walk/{name},{at}",
        "naver": f"https://map.naver.com/p/directions/-/{there},,PLACE_POI/-/walk",
        "geo": f"geo:{at}?q={at}({name})",
    }


def neighbours(directory: Directory, spot: Spot, words: Words) -> list[Result]:
    """List other spots in the same house.

    Args:
        directory: what there is.
        spot: whose neighbours.
        words: the reader's language.
    """
    if spot.lon is None:
        return []
    here = [
        other
        for other in directory.spots
        if (other.lon, other.lat) == (spot.lon, spot.lat) and other.id != spot.id
    ]
    return [result(other, words) for other in here[:NEIGHBOURS]]


def landmark(snapshot: Snapshot, spot: Spot, words: Words) -> tuple[str, str] | None:
    """Name the nearest landmark beside a spot, and its language; None where there is none.

    Args:
        snapshot: for its landmarks.
        spot: where.
        words: the reader's language.
    """
    layer = snapshot.layers.get("landmarks")
    if layer is None or spot.lon is None or spot.lat is None:
        return None
    rows = np.arange(layer.count)
    rows = rows[~shapely.is_missing(layer.geometries(rows))]
    here, near = Origin(spot.lon, spot.lat), list[tuple[float, str, str]]()
    facts = layer.records(rows, ["name_ko", "name_en", "kind"])
    for row, point in zip(facts, layer.geometries(rows), strict=True):
        if row["kind"] != "former":
            near.append((here.metres_to(point.x, point.y), row["name_ko"], row["name_en"]))
    distance, korean, english = min(near, default=(BESIDE_M, "", ""))
    if distance >= BESIDE_M or korean == spot.ko:
        return None
    return (korean, "ko") if words.lang == "ko" or not english else (english, "en")


def structured(spot: Spot, address: str) -> dict[str, Any]:
    """Describe a spot for search engines, by schema.org.

    Args:
        spot: what is described.
        address: of its page.
    """
    about: dict[str, Any] = {**_WORLD, "@type": _type_of(spot), "@id": address, "url": address}
    about["name"] = spot.hangul
    if spot.en and spot.en != spot.hangul:
        about["alternateName"] = spot.en
    if spot.address:
        about["address"] = {
            "@type": "PostalAddress",
            "addressCountry": "KR",
            "streetAddress": spot.address,
        }
    if spot.lon is not None:
        about["geo"] = {"@type": "GeoCoordinates", "latitude": spot.lat, "longitude": spot.lon}
    if spot.phone:
        about["telephone"] = spot.phone
    if about["@type"] == "Restaurant" and spot.codes("c"):
        english = Words("en")
        about["servesCuisine"] = [english.cuisine(code) for code in spot.codes("c")]
    if spot.codes("l"):
        about["knowsLanguage" if spot.layer != "businesses" else "availableLanguage"] = spot.codes(
            "l"
        )
    return about


def _type_of(spot: Spot) -> str:
    if spot.layer == "businesses":
        return _SCHEMA.get(next(iter(spot.codes("k")), ""), "LocalBusiness")
    services: Sequence[str] = spot.codes("s")
    public = {"visa", "police", "documents"} & set(services)
    return "GovernmentOffice" if public or spot.layer == "helplines" else "Organization"
