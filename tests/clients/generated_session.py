"""A client as openapi-python-client makes it, asked for lists, a box, and a boolean, as JSON.

A program with two arguments: the folder of the generated package, and the service's address.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from ansan_atlas_client import Client
from ansan_atlas_client.api.features import get_feature, get_features, get_features_businesses
from ansan_atlas_client.models.get_features_businesses_category_item import (
    GetFeaturesBusinessesCategoryItem as Category,
)

BOX = [126.789, 37.328, 126.792, 37.331]


def main(address):
    client = Client(base_url=address)

    def businesses(**asked):
        found = get_features_businesses.sync(client=client, limit=1000, **asked)
        return {
            "matched": found.number_matched,
            "ids": [feature.id for feature in found.features],
        }

    two = [Category.GROCERY, Category.PUB]
    answers = {
        "categories": businesses(category=two),
        "box": businesses(bbox=BOX),
        "boolean": businesses(in_zone=[True]),
        "all": businesses(category=two, bbox=BOX, in_zone=[True]),
        "feature": get_feature.sync("zone", "zone-2023", client=client).id,
        "collection": get_features.sync("stations", client=client).number_matched,
    }
    sys.stdout.write(json.dumps(answers))


main(sys.argv[2])
