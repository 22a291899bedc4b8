"""Debian's GDAL reads the service: `ogrinfo` and `ogr2ogr` with the OAPIF driver."""

import json

import pytest

BOX = (126.7895, 37.3285, 126.7911, 37.3298)


@pytest.fixture
def read(run, ogr2ogr, service):
    """The features of a layer as the client gets them, by id."""

    def features(layer, *options):
        source = f"OAPIF:{service.address}/"
        printed = run(ogr2ogr, "-f", "GeoJSON", "/vsistdout/", source, layer, *options)
        return {feature["properties"]["id"]: feature for feature in json.loads(printed)["features"]}

    return features


def test_every_collection_is_listed(run, ogrinfo, service):
    printed = run(ogrinfo, "-ro", "-q", f"OAPIF:{service.address}/")
    named = {line.split()[1] for line in printed.splitlines() if line[:1].isdigit()}
    assert {"businesses", "centres", "dong", "gu", "residents", "streets", "zone"} <= named


def test_the_number_of_features_is_known_without_reading_them(run, ogrinfo, service, businesses):
    with service.watched() as seen:
        printed = run(ogrinfo, "-ro", "-so", f"OAPIF:{service.address}/", "businesses")
    assert f"Feature Count: {len(businesses)}" in printed
    assert sum(int(item.query["limit"]) for item in seen) < len(businesses)


def test_pages_are_followed_to_the_end(read, service, businesses):
    with service.watched() as seen:
        found = read("businesses", "-oo", "PAGE_SIZE=5000")
    assert set(found) == set(businesses.index)
    pages = {frozenset(item.query.items()) for item in seen if item.query["limit"] == "5000"}
    assert len(pages) == 3


def test_a_page_larger_than_the_maximum_is_no_error(read, businesses):
    assert set(read("businesses", "-oo", "PAGE_SIZE=1000000")) == set(businesses.index)


def test_geometries_arrive_as_they_are(read, businesses):
    found = read("businesses", "-where", "id = 'samarkand'")
    point = businesses.geometry["samarkand"]
    assert found["samarkand"]["geometry"]["coordinates"] == pytest.approx([point.x, point.y])


def test_an_equality_is_handed_over(read, service, businesses):
    with service.watched() as seen:
        found = read("businesses", "-where", "category = 'restaurant'")
    assert set(found) == set(businesses.index[businesses["category"] == "restaurant"])
    # As `category=` where there is no `filter-lang` that it knows, else within `filter=`.
    assert "category='restaurant'" in seen[-1].query["filter"].replace(" ", "")


def test_a_comparison_is_handed_over_as_cql(read, service, businesses):
    with service.watched() as seen:
        found = read("businesses", "-where", "accuracy_m > 100 AND category = 'cafe'")
    wanted = businesses[(businesses["accuracy_m"] > 100) & (businesses["category"] == "cafe")]
    assert set(found) == set(wanted.index) and len(wanted)
    assert "accuracy_m" in seen[-1].query["filter"]
    assert seen[-1].query["filter-lang"] == "cql-text"


def test_a_box_is_handed_over(read, service, businesses):
    west, south, east, north = BOX
    with service.watched() as seen:
        found = read("businesses", "-spat", *map(str, BOX))
    assert set(found) == set(businesses.cx[west:east, south:north].index) and found
    assert [float(edge) for edge in seen[-1].query["bbox"].split(",")] == pytest.approx(BOX)


def test_a_value_with_a_comma_is_one_value(read):
    where = "name_en = 'Ansan Global Youth Center, Sangnok branch'"
    assert len(read("centres", "-where", where)) == 1


def test_two_equalities_are_both_held(read):
    found = read("residents", "-where", "year = 2025 AND dong_code = '4127354500'")
    assert list(found) == ["4127354500-2025"]
