"""The pages on which staff load registers: files, columns, the account of a dry run."""

from collections.abc import Mapping
from typing import Any, Final

from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.staff_fields import DESCRIBED, FIELDS, SYSTEMS, VALUES
from maps.web.page import Page, Site
from maps.web.render import render
from maps.wording.dong_names import dong_names
from maps.wording.prose import REFUSAL, translate_sentence

ACCOUNT: Final = ("read", "new", "changed", "unchanged", "merged", "outside", "set_aside")
STEPS: Final = (
    "upload register", "inspect register", "dry run of register", "publish register", "undo load",
    "discard register",
)  # fmt: skip
KINDS: Final = (
    "number", "longitude", "latitude", "date", "telephone", "address", "country", "choice", "text",
    "empty",
)  # fmt: skip
DONE: Final = ("published", "undone", "discarded")
# Codes of the catalogues in the context "register".
WORDS: Final = (
    *FIELDS, *VALUES["status"], *VALUES["foreign_run"], *ACCOUNT, *STEPS, *DONE,
    *(name for name in DESCRIBED if name != "crs"), "semas", "permits",
)  # fmt: skip
_OWN: Final = ("category", "halal")  # contexts that name the values of a field


def overview(values: Mapping[str, Any], site: Site) -> Page:
    """Render the form that takes a file, the loads so far, and who did what.

    Args:
        values: `uploads`, `loads`, `current`, `before`, `steps`, `done`, and `why` a file or an
            undo is refused; "" where nothing is.
        site: language of the reader.
    """
    own = {"why": _reason(values["why"], site), "known_done": DONE, "known_steps": STEPS}
    return render("staff-registers.html", site, {**values, **own, "credits": []})


def columns(values: Mapping[str, Any], site: Site) -> Page:
    """Render what a file holds, and the form on its columns.

    Args:
        values: `upload`, `table`, `known` registers, `rejects` of a refused dry run, `why`.
        site: language of the reader.
    """
    table, choices = values["table"], values["upload"]["choices"]
    drafted = {column["column"]: column["header"] for column in table["columns"]}
    chosen = {field: choices.get(f"column.{field}", drafted.get(field, "")) for field in FIELDS}
    own = {
        "why": _reason(values["why"], site),
        "choices": choices,
        "chosen": chosen,
        "unknown": _unknown(table, Words(site.lang)),
        "categories": _named("category", Words(site.lang)),
        "drafts": _drafts(table["draft"]),
        "systems": SYSTEMS,
        "rejects": _translated(values["rejects"], site),
    }
    return render("staff-register-columns.html", site, {**values, **own, "credits": []})


def account(values: Mapping[str, Any], snapshot: Snapshot, site: Site) -> Page:
    """Render what a load would do, and the rows that it sets aside.

    Args:
        values: `upload`, `rejects`, and `why` it cannot be published.
        snapshot: names the dong.
        site: language of the reader.
    """
    words, counts = Words(site.lang), values["upload"]["account"]
    details, names = counts["details"], dong_names(snapshot, words)
    aside = details.get("set aside because", {})
    dong = details.get("dong", {})
    own = {
        "why": _reason(values["why"], site),
        "counts": [(part, counts[part]) for part in ACCOUNT],
        "aside": [(_reason(reason, site), count) for reason, count in aside.items()],
        "by_category": [
            (words.coded("category", code), count)
            for code, count in details.get("category", {}).items()
        ],
        "by_dong": [(names.get(code, code), count) for code, count in dong.items()],
        "rejects": _translated(values["rejects"], site),
    }
    return render("staff-register-account.html", site, {**values, **own, "credits": []})


def _unknown(table: Mapping[str, Any], words: Words) -> list[tuple[str, Any, Any]]:
    """List the values that nothing knows by field, and what they may be."""
    return [
        (field, list(values.items()), _named(field, words) if field in VALUES else [])
        for field, values in table["unknown"].items()
    ]


def _named(field: str, words: Words) -> list[tuple[str, str]]:
    context = field if field in _OWN else "register"
    return [(value, words.coded(context, value)) for value in VALUES[field]]


def _drafts(draft: str) -> dict[str, str]:
    """Return what a draft says of the list as a whole; "" for what people must say."""
    import tomllib  # only for this page

    parsed = tomllib.loads(draft)
    said = {name: str(parsed.get(name, "")) for name in DESCRIBED}
    own = {name: "" if text.startswith("CHANGE") else text for name, text in said.items()}
    return {**own, "category": str(parsed.get("constants", {}).get("category", ""))}


def _reason(text: str, site: Site) -> tuple[str, str] | None:
    """Translate a reason; returned with the language that it is in."""
    if not text:
        return None
    said = translate_sentence(Words(site.lang), text, REFUSAL)
    return said, site.lang if said != text else "en"


def _translated(rejects: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """Return rejects with their reasons, the third column, in the reader's language."""
    words = Words(site.lang)
    rows = [
        [*row[:2], *(translate_sentence(words, reason, REFUSAL) for reason in row[2:3]), *row[3:]]
        for row in rejects["rows"]
    ]
    return {"header": list(rejects["header"][3:]), "rows": rows}
