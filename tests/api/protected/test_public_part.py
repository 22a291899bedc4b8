"""The public part of a snapshot, as it comes out of a store without rights to that of the staff."""

import httpx
import pyarrow.parquet as pq
import pytest
from staffed import TOKENS, settings

from geo.snapshot.reader import open_current
from geo.store.bucket import AccessDeniedError, Bucket
from geo.store.follower import Follower
from geo.store.upload import upload_current


class PublicReader(Bucket):
    """A reader whom the staff prefix is closed to."""

    def read(self, name):
        if name.startswith("staff/"):
            raise AccessDeniedError("closed")
        return super().read(name)


@pytest.fixture(scope="module")
def public_home(survey_home, tmp_path_factory):
    store, home = tmp_path_factory.mktemp("store"), tmp_path_factory.mktemp("public")
    upload_current(survey_home, Bucket(f"file://{store}"))
    assert Follower(PublicReader(f"file://{store}"), home).look()
    return home


@pytest.fixture(scope="module")
def address(public_home, serve):
    return serve(settings(public_home))


def test_it_is_the_same_to_the_public_and_has_nothing_for_staff(survey_home, public_home):
    whole, part = open_current(survey_home), open_current(public_home)
    assert part.version == whole.version
    assert part.staff is None
    assert whole.staff is not None
    assert part.operators == whole.operators
    columns = pq.read_table(
        public_home / "current" / "businesses.parquet",
        columns=["foreign_run", "operator_nationality"],
    )
    assert all(column.null_count == len(column) > 0 for column in columns.columns)
    names = {path.name for path in (public_home / "current").iterdir()}
    tables = {name for name in names if name.split(".")[0] not in part.layers}
    assert tables <= {"manifest.json", "ground.json", "operators.json", "changes.json"}


@pytest.mark.parametrize("token", [None, TOKENS["kim"]])
def test_what_is_protected_is_refused_whoever_asks(address, token):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=address, headers=headers) as client:
        for path in ("/", "/collections/businesses/items?limit=3", "/analysis/operators"):
            assert client.get(path).status_code == 200
        items = "/collections/businesses/items?limit=10000"
        assert client.get(f"{items}&foreign_run=true").status_code == 403
        assert client.get("/analysis/counts?by=operator_nationality").status_code in (400, 403)
        for feature in client.get(items).json()["features"]:
            stated = {"foreign_run", "operator_nationality"} & feature["properties"].keys()
            assert not any(feature["properties"][name] for name in stated)
        for kind in ("hex", "dong"):
            rows = client.get(f"/analysis/operators?scale={kind}")
            assert rows.status_code == 200
        assert "names" not in client.get("/analysis/changes").json()
