"""The catalogues hold every word that a reader can meet, in every language, and no other."""

import csv
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from geo.core.vocab import ALL, CATEGORIES, HALAL, HALAL_FOOD, INDICATORS
from geo.pipeline.source_specs import find_spec
from geo.serving.analysis.measures import MEASURES
from geo.serving.analysis.reach import CENTRES
from geo.serving.class_choice import CLASSES
from geo.snapshot.schema.layer_names import COLLECTIONS
from maps.i18n import CATALOGUES, LANGUAGES, LOCALE, STAFF, VISITORS
from maps.pages import problem
from maps.pages.analyse.area_comparison import NAMES as AREA_NAMES
from maps.pages.analyse.choices import QUESTION
from maps.pages.analyse.reach import SPOKEN
from maps.pages.analyse.table_cells import CODES as TABLE_CELLS
from maps.pages.analyse.unit_notes import ALSO_ON, THERE
from maps.pages.declared.density import BY
from maps.pages.eat.fold_map.sheet import LABELS as ON_FOLD_MAP
from maps.pages.eat.spots import EMERGENCY, TASKS
from maps.pages.plan.choices import SCALE as PLAN_SCALE
from maps.pages.staff_registers import KINDS as KINDS_OF_VALUES
from maps.pages.staff_registers import WORDS as STAFF_REGISTERS
from maps.pages.table_join import KINDS
from maps.print.labels import LABELS
from maps.reports.sheet import LABELS as REPORTED
from maps.web.map_pages import PAGES, STAFF_PAGES
from maps.web.render import TEMPLATES
from maps.wording.prose import messages
from maps.wording.tables import LABELS as OF_TABLES
from maps.wording.titles import PARTS, TITLES, WITH_VALUE

TABLES = Path(__file__).parents[2] / "data" / "tables"
STATIC = TEMPLATES.parent / "static"
CALLS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "forms": (1, 2),
}  # fmt: skip


def declared(context, codes):
    """Codes with a title in some catalogue; the others are shown as declared, in English."""
    titled = {
        message.id
        for lang in LANGUAGES
        for message in read_po(BytesIO((LOCALE / lang / STAFF).read_bytes()))
        if message.context == context
    }
    return [code for code in codes if code in titled]


UNITS = (
    "per-ha", "per-km2", "businesses", "establishments", "no-data",
    "foreign_share", "foreign", "domestic", "density", "change",
)  # fmt: skip
COMPOSED = ("prose", "refusal", "column", "parameter", "value")
CODES = {
    "address": ("city",),
    "category": CATEGORIES,
    "category letter": CATEGORIES,
    "collection": declared("collection", COLLECTIONS),
    "driver": ("address", "name"),
    "emergency": EMERGENCY,
    "fold map": ON_FOLD_MAP,
    "task": TASKS,
    "density by": BY.values,
    "density lede": BY.values,
    "document": (
        "collection",
        "collections",
        "conformance",
        "queryables",
        "sortables",
        "schema",
        "styles",
        "tiles",
        "tile-matrix-set",
        "tile-matrix-sets",
    ),
    "halal": HALAL,
    "style": ("simulated",),
    "style label": ("simulated",),
    "hours": ("always", "off", "PH"),
    "indicator": INDICATORS,
    "indicator lede": INDICATORS,
    "map": (
        "food-streets",
        *(f"density-{by}" for by in BY.values),
        *(f"residents-{indicator}" for indicator in INDICATORS),
    ),
    "map control": ("zoom-in", "zoom-out", "close"),
    "railway line": ("4", "suin-bundang", "seohae"),
    "station": ("doubt",),
    "table classes": CLASSES.values,
    "analyse classes": CLASSES.values,
    "analyse tab": ("map", "chart", "table"),
    "take away": (*KINDS, "csvw", "fgb"),
    "measure": declared("measure", MEASURES),
    "plan scale": PLAN_SCALE.values,
    "analyse question": QUESTION.values,
    "analyse kind": (ALL, HALAL_FOOD, "opened", "closed", CENTRES, SPOKEN),
    "analyse area": AREA_NAMES.values(),
    "analyse tip": (THERE, ALSO_ON),
    "analyse table": TABLE_CELLS,
    "picture": LABELS,
    "title": (*TITLES, *PARTS),
    **{
        context: messages(context)
        for context in ("prose", "refusal", "column", "parameter", "value")
    },
    "workbook": OF_TABLES,
    "kind of value": KINDS_OF_VALUES,
    "register": STAFF_REGISTERS,
    "report": REPORTED,
    "problem": (*problem.CODES, problem.OTHER),
    "problem help": (*problem.CODES, problem.OTHER, *problem.PARAMETERS),
    "symbol": ("restaurant", "grocery", "remittance", "karaoke"),
    "unit": UNITS,
}
# Text columns of the tables that a page shows, and those that hold lists.
SHOWN = {
    "centres.csv": ("kind", "note"),
    "helplines.csv": ("kind", "what_for"),
    "places.csv": ("note", "halal_basis"),
}
LISTS = ("services",)
NO_BUSINESS = find_spec("places").lookup["no_business"]


def catalogue(lang, names=CATALOGUES):
    return {
        (message.context, message.id): message
        for name in names
        for message in read_po(BytesIO((LOCALE / lang / name).read_bytes()), locale=lang)
        if message.id
    }


def said_in_templates(names=("*.html",)):
    found = set()
    for template in (path for name in names for path in TEMPLATES.glob(name)):
        with template.open("rb") as file:
            options = {"extensions": "jinja2.ext.i18n", "silent": "false"}
            for _, message, _, context in extract(
                babel_extract, file, keywords=CALLS, options=options
            ):
                found.add((context, message))
    return found


def said_in_the_bar():
    labels = [page.label for page in PAGES.values()] + [label for _, label in STAFF_PAGES]
    return {(None, label) for label in labels}


def said_by_code():
    return said_in_the_bar() | {
        (context, code) for context, codes in CODES.items() for code in codes
    }


def said_of_centres():
    """Services, and remarks within opening hours."""
    with (TABLES / "centre_values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    services = [row["value"] for row in rows if row["field"] == "services"]
    hours = [row["value"] for row in rows if row["field"] == "opening_hours"]
    found = {part for text in services for part in text.split(";")}
    return found | {element for text in hours for element in re.findall('"([^"]*)"', text)}


def said_in_data():
    found = {(None, centre) for centre in said_of_centres()}
    for name, columns in SHOWN.items():
        with (TABLES / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("category") in NO_BUSINESS:
                    continue
                for column in columns:
                    parts = row[column].split(";") if column in LISTS else [row[column]]
                    found |= {(None, part.strip()) for part in parts if part.strip()}
    return found


def details_with_english():
    """Building details are shown in Korean; some are written half in English."""
    found = set()
    for name in ("places.csv",):
        with (TABLES / name).open(encoding="utf-8", newline="") as file:
            texts = {row["address_detail"] for row in csv.DictReader(file)}
        found |= {(None, text) for text in texts if re.search(r"[a-z]{2}|\(\d{4}|m2", text)}
    return found


def texts_of(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def placeholders(text):
    return sorted(re.findall(r"%\(\w+\)s|\{\w+\}|%%", text))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_said_is_missing_from_the_catalogue(lang):
    said = said_in_templates() | said_by_code() | said_in_data() | details_with_english()
    assert not said - catalogue(lang).keys()


# What visitors meet: these pages, these codes and what the data say of places and centres.
VISITED = (
    "base.html",
    "map.html",
    "home.html",
    "food-streets.html",
    "place-cards.html",
    "parts.html",
    "problem.html",
    "eat-base.html",
    "eat.html",
    "eat-first.html",
    "eat-card.html",
    "eat-notes.html",
    "eat-qr.html",
)
VISITORS_CODES = (
    "address", "category", "category letter", "driver", "emergency", "fold map", "halal",
    "hours", "map control", "problem", "problem help",
    "railway line", "station", "symbol", "task",
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_for_visitors_is_one_file_of_some_hundred_messages(lang):
    codes = {(context, code) for context in VISITORS_CODES for code in CODES[context]}
    pages = said_in_templates(VISITED) | {("map", "food-streets")}
    met = pages | codes | said_in_data() | details_with_english()
    visitors = catalogue(lang, [VISITORS])
    assert not met - visitors.keys()
    assert not visitors.keys() & catalogue(lang, ["atlas.po"]).keys()
    assert 150 < len(visitors) < 400


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_in_the_catalogue_is_said_no_more(lang):
    said = said_in_templates() | said_by_code() | said_in_data()
    left = catalogue(lang).keys() - said
    # Details of addresses may stay; there is no telling which of them need no words.
    assert all(re.search("[가-힣]", message_id) for _, message_id in left)


def test_every_message_has_korean_words():
    for key, message in catalogue("ko").items():
        assert all(texts_of(message)), key
        assert not message.fuzzy, key


def test_korean_words_are_korean():
    without = [
        key
        for key, message in catalogue("ko").items()
        if not re.search("[가-힣]", "".join(texts_of(message)))
    ]
    # Times of day, a range and signs need no Hangul.
    assert {key[1] for key in without} <= {
        "09:00-18:00",
        "%(low)s to %(high)s",
        "%(date_1)s to %(date_2)s",
        "OpenStreetMap (%(dates)s)",
    }


def test_english_words_for_codes_are_words():
    for (context, code), message in catalogue("en").items():
        if context:
            assert message.string, code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_placeholders_stay(lang):
    for (context, message_id), message in catalogue(lang).items():
        if context == "unit":  # its id is a code
            wanted = ["%(amount)s"] if message_id != "no-data" else []
        elif context == "title":
            wanted = ["%(what)s"] if message_id in WITH_VALUE else []
        elif context == "station":
            wanted = {"lines": ["%(names)s"], "doubt": ["%(metres)s"]}[message_id]
        else:
            wanted = placeholders(message_id[1] if isinstance(message_id, tuple) else message_id)
        for text in filter(None, texts_of(message)):
            found = placeholders(text)
            assert [item for item in found if item != "%%"] == [
                item for item in wanted if item != "%%"
            ]
            assert not re.search(r"%[^%(]", text.replace("%%", "")), text


class Visible(HTMLParser):
    """Texts and spoken attributes of a template without its Jinja parts."""

    def __init__(self):
        super().__init__()
        self.words = []
        self._unseen = False

    def handle_starttag(self, tag, attrs):
        self._unseen = tag in ("script", "style")
        for name, value in attrs:
            if name in ("alt", "aria-label", "placeholder", "title") and value:
                self.words.append(value)

    def handle_endtag(self, tag):
        self._unseen = False

    def handle_data(self, data):
        if not self._unseen:
            self.words.append(data)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(template):
    source = template.read_text(encoding="utf-8")
    source = re.sub(r"\{% trans.*?endtrans %\}", " ", source, flags=re.DOTALL)
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
    visible = Visible()
    visible.feed(bare)
    found = re.findall(r"[^\W\d_]{2,}", " ".join(visible.words))
    # Names of programs, formats and properties and signs of units are the same everywhere.
    assert set(found) <= {"Folium", "Leaflet", "GeoJSON", "OpenStreetMap", "id", "n", "m"}


@pytest.mark.parametrize("script", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_scripts_put_no_words_of_their_own_on_the_page(script):
    source = script.read_text(encoding="utf-8")
    for written in re.findall(r"(?:textContent|ariaLabel|title) = (.+);", source):
        literals = "".join(re.findall(r"\"[^\"]*\"|`[^`]*`", re.sub(r"\$\{[^}]*\}", "", written)))
        assert not re.search(r"[A-Za-z]{2}", literals), written
    assert "innerHTML" not in source
