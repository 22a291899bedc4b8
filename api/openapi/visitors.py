"""The visitors' page in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, Final

from api.http.links import HTML, JSON
from api.openapi.parameters import choice, in_query
from maps.pages.eat.spots import HALAL_ORDER, TASKS

Schema = dict[str, Any]
SVG: Final = "image/svg+xml"
SCRIPT: Final = "text/javascript"
MANIFEST: Final = "application/manifest+json"
_CODE: Final[Schema] = {"type": "string", "example": "vi"}


def visitor_paths(operation: Callable[..., Schema], lang: Schema) -> Schema:
    """Describe the page, its cards, and the files that it works from.

    Args:
        operation: makes a GET operation of name, summary, media types and parameters.
        lang: the parameter `lang`.
    """
    spot = {
        "name": "spot",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "example": "samarkand"},
        "description": "id of a business, a centre or a helpline that visitors are shown",
    }
    asked = [
        in_query("q", {"type": "string", "maxLength": 80, "example": "phở"}, "words to search for"),
        choice("task", TASKS, "what it is for"),
        in_query("cuisine", {**_CODE, "example": "vn"}, "country or region of the kitchen"),
        choice("halal", HALAL_ORDER, "halal class"),
        in_query("speaks", _CODE, "language that a desk speaks"),
        in_query("start", {"type": "integer", "minimum": 0, "default": 0}, "results to pass over"),
    ]
    return {
        "/eat": operation("getEat", "Page for visitors", [HTML], [*asked, lang]),
        "/eat/data.json": operation("getEatData", "Places and words of the search", [JSON], []),
        "/eat/ground.svg": operation("getEatGround", "Ground below the map", [SVG], []),
        "/eat/worker.js": operation("getEatWorker", "Script for reading offline", [SCRIPT], []),
        "/eat/manifest.webmanifest": operation(
            "getEatManifest", "The page as a program", [MANIFEST], [lang]
        ),
        "/eat/{spot}": operation(
            "getEatSpot", "A place, a desk or a helpline", [HTML], [spot, lang]
        ),
    }
