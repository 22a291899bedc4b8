"""QGIS without a window: a layer with our style, and what each rule draws how, as JSON.

A program with two arguments: a file of features, and a style (QML).
"""

import json
import os
import sys

from qgis.core import QgsApplication, QgsExpression, QgsFeatureRequest, QgsVectorLayer


def main(features, style):
    QgsApplication.setPrefixPath("/usr", useDefaultPaths=True)
    application = QgsApplication([], GUIenabled=False)
    application.initQgis()
    layer = QgsVectorLayer(features, "features", "ogr")
    problem, taken = layer.loadNamedStyle(style)
    answer = {
        "taken": taken,
        "problem": problem,
        "renderer": layer.renderer().type(),
        "labels": labels(layer),
        "rules": [described(layer, rule) for rule in layer.renderer().rootRule().children()],
    }
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # leaving in order crashes where a layer outlives the application


def labels(layer):
    """What is written at the first features."""
    if not layer.labelsEnabled():
        return []
    settings = layer.labeling().settings()
    expression = QgsExpression(settings.fieldName)
    found = []
    for feature in layer.getFeatures():
        context = layer.createExpressionContext()
        context.setFeature(feature)
        found.append([feature["id"], expression.evaluate(context)])
    return found


def described(layer, rule):
    symbol = rule.symbol().symbolLayer(0)
    request = QgsFeatureRequest().setFilterExpression(rule.filterExpression())
    whole = layer.getFeatures(request) if rule.filterExpression() else layer.getFeatures()
    return {
        "label": rule.label(),
        "ids": [feature["id"] for feature in whole],
        "colour": symbol.color().name(),
        "alpha": symbol.fillColor().alpha(),
        "class": symbol.layerType(),
        "properties": symbol.properties(),
    }


main(*sys.argv[1:])
