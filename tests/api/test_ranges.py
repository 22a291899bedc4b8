"""Files have a length, a strong ETag and parts, so that programs read them from their address."""

import json

import httpx
import pytest

FILES = ("csv", "fgb", "parquet", "kml", "geojsonseq")
DONG = "/collections/dong/items?f={}"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("kind", FILES)
def test_a_part_is_what_the_whole_says(client, kind):
    whole = client.get(DONG.format(kind), headers=PLAIN)
    assert int(whole.headers["content-length"]) == len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["etag"].startswith('"')
    # A client that takes packed bytes as well gets a part of the plain ones.
    part = client.get(DONG.format(kind), headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, whole.content[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(whole.content)}"
    assert part.headers["etag"] == whole.headers["etag"]
    last = client.get(DONG.format(kind), headers={"Range": "bytes=-7"})
    assert last.content == whole.content[-7:]


def test_a_part_beyond_the_end_is_a_416(client):
    answer = client.get(DONG.format("fgb"), headers={"Range": "bytes=999999999-"})
    assert answer.status_code == 416


def test_who_holds_the_file_gets_a_304_and_a_part_of_another_version_is_the_whole(client):
    etag = client.get(DONG.format("fgb"), headers=PLAIN).headers["etag"]
    assert (
        client.get(DONG.format("fgb"), headers={**PLAIN, "If-None-Match": etag}).status_code == 304
    )
    held = {"Range": "bytes=0-9", "If-Range": etag}
    part = client.get(DONG.format("fgb"), headers=held)
    assert part.status_code == 206
    assert "last-modified" not in part.headers  # a copy's time on this disk
    held = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert client.get(DONG.format("fgb"), headers=held).status_code == 200


def test_packed_files_have_a_length_and_a_tag_of_their_own(address):
    with httpx.Client(base_url=address) as plain_client:
        tags = set()
        for coding in ("gzip", "br", "zstd", "identity"):
            url, accept = DONG.format("csv"), {"Accept-Encoding": coding}
            with plain_client.stream("GET", url, headers=accept) as answer:
                raw = b"".join(answer.iter_raw())
            assert int(answer.headers["content-length"]) == len(raw)
            tags.add(answer.headers["etag"])
        assert len(tags) == 4


def test_head_tells_the_length(client):
    head = client.head(DONG.format("fgb"), headers=PLAIN)
    got = client.get(DONG.format("fgb"), headers=PLAIN)
    assert head.headers["content-length"] == got.headers["content-length"]


def test_a_limited_file_tells_where_it_goes_on(client):
    url, seen = "/collections/dong/items?f=geojsonseq&limit=10&sortby=-area_km2", []
    while url:
        answer = client.get(url)
        lines = [json.loads(line) for line in answer.text.split("\x1e")[1:]]
        assert answer.headers["ogc-numbermatched"] == "25"
        assert answer.headers["ogc-numberreturned"] == str(len(lines))
        seen += [line["id"] for line in lines]
        url = answer.links.get("next", {}).get("url")
    whole = client.get("/collections/dong/items?sortby=-area_km2").json()["features"]
    assert seen == [item["id"] for item in whole]


def test_a_collection_says_how_many_it_holds_and_where_its_flatgeobuf_is(client):
    body = client.get("/collections/dong").json()
    assert body["itemCount"] == 25
    kinds = [link["type"] for link in body["links"] if link["rel"] == "items"]
    assert "application/vnd.flatgeobuf" in kinds


def test_tilejson_takes_the_filters(client):
    here = "/collections/businesses/tiles/WebMercatorQuad"
    query = {"f": "tilejson", "category": "cafe", "filter": "in_zone = TRUE"}
    (tiles,) = client.get(here, params=query).json()["tiles"]
    assert tiles.endswith("/{z}/{y}/{x}?category=cafe&filter=in_zone%20%3D%20TRUE")
    assert client.get(here, params={"f": "tilejson", "category": "palace"}).status_code == 400
