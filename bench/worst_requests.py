"""The most expensive requests that anybody may send: routes at their largest parameters."""

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final
from urllib.parse import quote, urlencode

from geo.core.parameters import ChoiceParameter
from geo.serving.analysis.measures import MEASURES, Measure

ITEMS: Final = "/collections/businesses/items"
FILTER_BYTES: Final = 27_000
_LANGUAGES: Final = ("en", "ko", "vi", "zh", "ru", "th", "uz", "km", "mn", "my", "ne", "id")
_UPLOAD_BYTES: Final = 2_000_000
_FIVE: Final = "4127351000,4127152000,4127153000,4127154000,4127155000"  # dong
_BOUNDARY: Final = "boundary"

Make = Callable[[int], bytes]


def worst_requests() -> dict[str, Make]:
    """Requests by name: the same work, and another question for each number."""
    return {**_features(), **_measures(), **_pages(), **_uploads()}


def get(path: str, accept: str = "*/*", coding: str = "identity") -> bytes:
    """A request without a body.

    Args:
        path: with its query.
        accept: media type.
        coding: content coding.
    """
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\nAccept-Encoding: {coding}"
    return f"{head}\r\n\r\n".encode()


def long_filter(number: int) -> str:
    """A filter as long as a head may hold, that looks into every name for each of its words."""
    words: list[str] = []
    size = 0
    while size < FILTER_BYTES:
        words.append(f"name_ko LIKE '%{number}x{len(words)}%'")
        size += len(quote(words[-1])) + len("%20OR%20")
    return quote(" OR ".join(words))


def _folding(number: int) -> str:
    """A filter that folds case and accents of every name for each of its words."""
    text = "CASEI(ACCENTI(name_ko)) LIKE CASEI('%x{}{}%')"
    return quote(" OR ".join(text.format(number, item) for item in range(200)))


def _everywhere(number: int) -> str:
    return f"with=simulated&bbox=126,37,128,{38 + number / 1e6:.6f}"


def _features() -> dict[str, Make]:
    outline = _outline()
    tile = "/collections/businesses/tiles/WebMercatorQuad"
    raster = "/analysis/{}/tiles/WebMercatorQuad/12/1589/3490.png?with=simulated&bandwidth_m={}"
    return {
        "filter of 27 kB": lambda n: get(f"{ITEMS}?limit=1&filter={long_filter(n)}"),
        "filter of 27 kB, counts": lambda n: get(
            f"/analysis/counts?by=category&filter={long_filter(n)}"
        ),
        "filter that folds 200 times": lambda n: get(f"{ITEMS}?limit=1&filter={_folding(n)}"),
        "filter by an outline": lambda n: get(
            f"{ITEMS}?limit=10000&filter=" + quote(f"S_WITHIN(geometry, {outline(n)})")
        ),
        "page of 10,000, brotli": lambda n: get(
            f"{ITEMS}?limit={10_000 - n}&sortby=-name_ko,category", coding="br"
        ),
        "page of 10,000, EPSG:5186": lambda n: get(
            f"{ITEMS}?limit={10_000 - n}&crs=http://www.opengis.net/def/crs/EPSG/0/5186"
        ),
        "page of 10,000 for people": lambda n: get(f"{ITEMS}?limit={10_000 - n}&f=html"),
        **{
            f"whole layer as {form}": lambda n, form=form: get(  # type: ignore[misc]
                f"{ITEMS}?f={form}&bbox=126,37,128,{38 + n / 1e6:.6f}", coding="br"
            )
            for form in ("csv", "fgb", "parquet", "kml", "geojsonseq")
        },
        "vector tile of everything": lambda n: get(
            f"{tile}/9/198/436?bbox=126,37,128,{38 + n / 1e6:.6f}", coding="br"
        ),
        "vector tile of a centre": lambda n: get(
            f"{tile}/14/6359/13962?bbox=126,37,128,{38 + n / 1e6:.6f}", coding="br"
        ),
        "vector tile, filter of 27 kB": lambda n: get(f"{tile}/9/198/436?filter={long_filter(n)}"),
        "raster tile of densities": lambda n: get(raster.format("density", 150 - n / 1000)),
        "raster tile of shares": lambda n: get(raster.format("shares", 150 - n / 1000)),
    }


def _outline() -> Callable[[int], str]:
    def outline(number: int) -> str:
        top = [f"{126.7 + item / 1e4:.4f} {37.4 + item % 2 / 100}" for item in range(1200)]
        ends = f"126.82 37.2{number:03}, 126.7 37.2"
        return f"POLYGON(({', '.join(top)}, {ends}, {top[0]}))"

    return outline


def _measures() -> dict[str, Make]:
    found: dict[str, Make] = {}
    for name, measure in MEASURES.items():
        for options in _choices(measure):
            said = f"{name} {' '.join(options.values())}".strip()
            ask = _question(options, filters=measure.of is not None)
            found[f"measure {said}, XLSX"] = lambda n, name=name, ask=ask: get(  # type: ignore[misc]
                f"/analysis/{name}?f=xlsx&{ask(n)}"
            )
            found[f"picture {said}, PDF"] = lambda n, name=name, ask=ask: get(  # type: ignore[misc]
                f"/maps/{name}.pdf?{ask(n)}"
            )
            found[f"picture {said}, PNG"] = lambda n, name=name, ask=ask: get(  # type: ignore[misc]
                f"/maps/{name}.png?{ask(n)}"
            )
    return found


def _choices(measure: Measure) -> list[dict[str, str]]:
    """The options that change what is computed: every scale, and the first of all others."""
    choices = [
        parameter for parameter in measure.parameters if isinstance(parameter, ChoiceParameter)
    ]
    options = {choice.name: choice.values for choice in choices}
    first = {name: values[0] for name, values in options.items()}
    return [{**first, "scale": item} for item in options.get("scale", ())] or [first]


def _question(options: Mapping[str, str], *, filters: bool) -> Callable[[int], str]:
    def ask(number: int) -> str:
        lang = _LANGUAGES[number % len(_LANGUAGES)]
        where = _everywhere(number) if filters else ""
        return "&".join(filter(None, (urlencode(options), where, f"lang={lang}")))

    return ask


def _pages() -> dict[str, Make]:
    def lang(number: int) -> str:
        return _LANGUAGES[number % len(_LANGUAGES)]

    return {
        "map: density": lambda n: get(f"/maps/density?by=hex&with=simulated&min_density={n / 1e3}"),
        "map: food streets": lambda n: get(f"/maps/food-streets?simulated=1&lang={lang(n)}"),
        "map: residents": lambda n: get(f"/maps/residents?lang={_two(n)}"),
        **{
            f"analysts: {question}": lambda n, question=question: get(  # type: ignore[misc]
                f"/analyse?question={question}&simulated=true&unit={n}", "text/html", "br"
            )
            for question in ("where", "unusual", "together", "made-of", "changed&register=semas")
        },
        "report on five dong": lambda n: get(f"/plan/report.pdf?dong={_FIVE}&lang={_two(n)}"),
        "search of visitors": lambda n: get("/eat?" + urlencode({"q": f"pho {'cafe ' * 30}{n}"})),
    }


def _two(number: int) -> str:
    """The two languages of the whole atlas in turn."""
    return ("en", "ko")[number % 2]


def _uploads() -> dict[str, Make]:
    return {
        "join of a CSV of 2 MB": lambda n: _upload("t.csv", _csv(n), "pdf"),
        "join of a CSV that does not fit": lambda n: _upload(
            "t.csv", b"a,b\n1,2\n" * 220_000, "json"
        ),
        "join of a packed XLSX": lambda n: _upload("t.xlsx", _bomb(), "json"),
    }


def _upload(name: str, content: bytes, form: str) -> bytes:
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="f"\r\n\r\n{form}\r\n'
    file = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="table"; filename="{name}"'
    body = b"".join(
        (head.encode(), file.encode(), b"\r\n\r\n", content, f"\r\n--{_BOUNDARY}--\r\n".encode())
    )
    return (
        f"POST /maps/join HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}\r\n\r\n"
    ).encode() + body


def _csv(number: int) -> bytes:
    """All that a table may be: 1,000 rows of 60 columns, as long as 2 MB allow."""
    columns = 59
    head = "dong," + ",".join(f"c{item}" for item in range(columns))
    row = ",".join(f"{number + item:030}" for item in range(columns))
    names = ["4127354500", *(f"9{item:09}" for item in range(999))]
    return "\n".join((head, *(f"{name},{row}" for name in names))).encode()


@cache
def _bomb() -> bytes:
    """A workbook whose sheet unpacks to a thousand times its bytes."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    packages = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"/>',
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{main}"><sheetData>{"<row><c/></row>" * 8_000_000}'
            "</sheetData></worksheet>"
        ),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()
