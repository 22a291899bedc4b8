"""Styles for QGIS (QML): rules with symbols and labels, for a layer of any format of ours."""

from typing import Any, Final
from xml.etree import ElementTree as ET

from maps.style import colours
from maps.style.layer_looks import SIMULATED, SIMULATED_COLOUR, Look, Rule

_HEAD: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION: Final = "3.22.0"
_TYPES: Final = {"point": "marker", "line": "line", "area": "fill"}
_CLASSES: Final = {"point": "SimpleMarker", "line": "SimpleLine", "area": "SimpleFill"}
_FONT: Final = "Noto Sans KR"


def qml(look: Look) -> bytes:
    """Write the style of a layer for QGIS.

    Args:
        look: how the layer is drawn.
    """
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology|Labeling")
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0")
    rules = ET.SubElement(renderer, "rules", key="root")
    marks = ET.SubElement(renderer, "symbols")
    real = f"\"provenance\" <> '{SIMULATED}'" if look.simulated else ""
    for number, rule in enumerate(look.rules):
        wanted = [*_version(look), real, *_condition(look.by, rule)]
        _rule(rules, number, rule.label, wanted)
        _symbol(marks, number, look.kind, _drawn(look, rule))
    if look.simulated:
        number = len(look.rules)
        _rule(rules, number, look.simulated, [f"\"provenance\" = '{SIMULATED}'"])
        _symbol(marks, number, look.kind, _hollow(look.kind))
    if look.names:
        _labels(root, look)
    ET.indent(root, " ")
    return (_HEAD + ET.tostring(root, "unicode")).encode()


def _version(look: Look) -> list[str]:
    """Write which version is drawn, where a layer has several."""
    return [
        f'"{name}" IS NULL' if value == "null" else f"\"{name}\" = '{value}'"
        for name, value in look.drawn.items()
    ]


def _condition(by: str, rule: Rule) -> list[str]:
    if rule.value is not None:
        return [f"\"{by}\" = '{rule.value}'"]
    low = [] if rule.above is None else [f'"{by}" > {rule.above}']
    return low + ([] if rule.upto is None else [f'"{by}" <= {rule.upto}'])


def _rule(rules: Any, number: int, label: str, wanted: list[str]) -> None:
    condition = " AND ".join(filter(None, wanted))
    key = f"rule-{number}"
    ET.SubElement(rules, "rule", key=key, symbol=str(number), label=label, filter=condition)


def _symbol(marks: Any, number: int, kind: str, options: dict[str, str]) -> None:
    symbol = ET.SubElement(marks, "symbol", name=str(number), type=_TYPES[kind], alpha="1")
    layer = ET.SubElement(
        symbol, "layer", {"class": _CLASSES[kind], "enabled": "1", "locked": "0", "pass": "0"}
    )
    held = ET.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(held, "Option", type="QString", name=name, value=value)


def _drawn(look: Look, rule: Rule) -> dict[str, str]:
    colour = _rgba(rule.symbol.colour)
    if look.kind == "line":
        return {"line_color": colour, "line_width": "0.8", "line_style": "solid"}
    if look.kind == "area":
        return {
            "color": _rgba(rule.symbol.colour, 190 if look.by else 64),
            "outline_color": _rgba(colours.INK),
            "outline_width": "0.3",
            "outline_style": "dash" if look.approximate else "solid",
            "style": "solid",
        }
    return {
        "name": rule.symbol.shape,
        "color": colour,
        "outline_color": _rgba("#ffffff"),
        "outline_width": "0.2",
        "outline_style": "solid",
        "size": "2.4",
    }


def _hollow(kind: str) -> dict[str, str]:
    """Choose the look of simulated features: no fill, a dotted edge."""
    grey, nothing = _rgba(SIMULATED_COLOUR), _rgba("#ffffff", 0)
    if kind == "line":
        return {"line_color": grey, "line_width": "0.5", "line_style": "dot"}
    edge = {"outline_color": grey, "outline_width": "0.4", "outline_style": "dot"}
    if kind == "area":
        return {"color": nothing, "style": "b_diagonal", **edge}
    return {"name": "circle", "color": nothing, "size": "2.8", **edge}


def _labels(root: Any, look: Look) -> None:
    """Write the names of features; simulated ones say that they are."""
    names = ", ".join(f'"{name}"' for name in look.names)
    text = f"coalesce({names})"
    if look.simulated:
        text = f"if(\"provenance\" = '{SIMULATED}', '{look.mark}', {text})"
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings")
    style = ET.SubElement(
        settings, "text-style", fieldName=text, isExpression="1", fontFamily=_FONT,
        fontSize="8", fontSizeUnit="Point", textColor=_rgba(colours.INK),
    )  # fmt: skip
    ET.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.6", bufferSizeUnits="MM",
        bufferColor=_rgba("#ffffff"),
    )  # fmt: skip
    shown = {"scaleVisibility": "1", "scaleMin": "10000", "scaleMax": "0"}
    ET.SubElement(settings, "rendering", shown if look.kind == "point" else {})


def _rgba(colour: str, alpha: int = 255) -> str:
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return ",".join(map(str, [*parts, alpha]))
