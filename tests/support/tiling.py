"""What the tests of tiles share: addresses, and the reference decoder."""

import mapbox_vector_tile

MVT = "application/vnd.mapbox-vector-tile"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
BUSINESSES = "/collections/businesses/tiles/WebMercatorQuad"
DOWNTOWN = f"{BUSINESSES}/14/6358/13962"


def linked(document, rel):
    """The only link of a document with this relation."""
    (found,) = [link for link in document["links"] if link["rel"] == rel]
    return found


def features(body):
    """What the reference decoder finds in a tile, y to the south."""
    (layer,) = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}).values()
    return layer["features"]


def ids(answer):
    """The ids of the features in a tile, ascending."""
    return sorted(feature["properties"]["id"] for feature in features(answer.content))
