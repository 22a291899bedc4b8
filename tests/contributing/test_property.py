"""A property: the schema of its layer and the provider that fills it."""

LAYERS = "geo/snapshot/schema/layers/"


def test_the_property_is_served_and_filters(ask):
    free = ask("/collections/helplines/items?f=json&toll_free=true")
    assert free["numberMatched"] == 7  # rows of helplines.csv whose cost is "free"
    assert all(feature["properties"]["toll_free"] for feature in free["features"])


def test_it_is_described(ask):
    schema = ask("/collections/helplines/schema?f=json")
    assert schema["properties"]["toll_free"]["type"] == "boolean"
    operation = ask("/openapi.json")["paths"]["/collections/helplines/items"]["get"]
    assert "toll_free" in {parameter.get("name") for parameter in operation["parameters"]}


def test_a_provider_that_lacks_it_is_told_by_name(refusal):
    """Businesses have three providers; joined first, two of them would be null, unnoticed."""
    line = refusal(
        LAYERS + "businesses.py", '"claims":', '"wheelchair": truth("has a ramp"), "claims":'
    )
    assert "layer businesses: its provider places lacks wheelchair" in line


def test_a_provider_that_has_too_much_is_told_by_name(refusal):
    line = refusal(LAYERS + "helplines.py", '"toll_free": truth("calls cost nothing"),', "")
    assert "layer helplines: its provider helplines" in line
    assert "toll_free" in line


def test_a_value_that_is_not_allowed_is_told_with_its_row(refusal):
    line = refusal(
        "geo/snapshot/schema/layers/schools.py", '("primary", "middle", "high")', '("primary",)'
    )
    assert "layer schools: level" in line
    assert "'middle'" in line
    assert "seonil" in line or "primary" in line
