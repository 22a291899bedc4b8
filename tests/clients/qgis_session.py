"""QGIS without a window: opens a collection and says what it got, as JSON.

A program with three arguments: the service's address, a collection, and JSON with any of `page`
(features), `box` (west, south, east, north) and `subset` (an expression of QGIS).
"""

import json
import os
import sys

from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer


def main(address, collection, given):
    QgsApplication.setPrefixPath("/usr", useDefaultPaths=True)
    application = QgsApplication([], GUIenabled=False)
    application.initQgis()
    parts = [f"url='{address}/'", f"typename='{collection}'"]
    if "page" in given:
        parts.append(f"pageSize='{given['page']}'")
    if "box" in given:
        parts.append("restrictToRequestBBOX='1'")
    layer = QgsVectorLayer(" ".join(parts), collection, "OAPIF")
    answer = {"valid": layer.isValid()}
    if layer.isValid():
        answer |= read(layer, given)
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # leaving in order crashes where a layer outlives the application


def read(layer, given):
    about = {
        "count": layer.featureCount(),
        "crs": layer.crs().authid(),
        "fields": [field.name() for field in layer.fields()],
    }
    if "subset" in given:
        about["taken"] = layer.setSubsetString(given["subset"])
    request = QgsFeatureRequest()
    if "box" in given:
        request.setFilterRect(QgsRectangle(*given["box"]))
    return {**about, "ids": [feature["id"] for feature in layer.getFeatures(request)]}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
