"""A store that machines share: publish, follow, roll back, remove; on a folder and on S3."""

import errno
import io
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from buckets import BUCKET, published

from geo.core.errors import BadParameterError, SnapshotError, StoreConflictError, StoreError
from geo.snapshot.folders import check_bytes
from geo.store.bucket import AccessDeniedError, Bucket
from geo.store.download import fetch_snapshot
from geo.store.follower import Follower, read_state
from geo.store.maintenance import prune_store, roll_back_store
from geo.store.pointer import CURRENT, read_pointer
from geo.store.upload import require_conditional_writes, upload_current

PROJECT = Path(__file__).parents[3]


@pytest.fixture(params=["file", "s3"])
def bucket(request, tmp_path, monkeypatch):
    if request.param == "file":
        (tmp_path / "store").mkdir()
        return Bucket(f"file://{tmp_path}/store")
    for name, value in request.getfixturevalue("moto").items():
        monkeypatch.setenv(name, value)
    return Bucket(f"s3://{BUCKET}/{secrets.token_hex(4)}")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "publisher"


@pytest.fixture
def reader(tmp_path):
    return tmp_path / "reader"


def current(home):
    return (home / "current").resolve()


def test_what_is_published_arrives_byte_by_byte(bucket, home, reader):
    folder = published(home, b"three shops", b"who runs them")
    done = upload_current(home, bucket)
    assert (done.id, done.objects, done.switched) == (folder.name, 5, True)
    assert Follower(bucket, reader).look()
    assert current(reader).name == folder.name
    assert {path.name: path.read_bytes() for path in current(reader).iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }
    assert oct(current(reader).stat().st_mode & 0o777) == "0o700"


def test_only_what_has_changed_is_moved(bucket, home, reader):
    published(home, b"three shops", b"who runs them")
    upload_current(home, bucket)
    follower = Follower(bucket, reader)
    follower.look()
    old = current(reader)
    assert upload_current(home, bucket).objects == 0
    published(home, b"four shops", b"who runs them")
    done = upload_current(home, bucket)
    assert (done.objects, done.size) == (2, len(b"four shops" + b"columns of four shops"))
    assert follower.look()
    assert current(reader) != old
    assert (current(reader) / "semas.parquet").samefile(old / "semas.parquet")
    assert not (current(reader) / "businesses.arrow").samefile(old / "businesses.arrow")


def test_the_public_prefix_has_nothing_of_the_staff(bucket, home):
    published(home, b"three shops", b"who runs them")
    upload_current(home, bucket)
    public = b"".join(bucket.read(name)[0] for name in bucket.sizes("public"))
    assert b"three shops" in public
    staff = json.loads((current(home) / "manifest.json").read_bytes())["tables"]["semas.parquet"]
    for secret in (b"who runs them", b"semas.parquet", staff.encode(), current(home).name.encode()):
        assert secret not in public
    assert f"staff/objects/{staff}" in bucket.sizes("staff")


def test_the_staff_prefix_of_a_folder_is_closed_to_other_users(tmp_path, home):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "staff").mkdir(mode=0o755)
    published(home, b"three shops", b"who runs them")
    upload_current(home, Bucket(f"file://{tmp_path}/store"))
    assert oct((tmp_path / "store" / "staff").stat().st_mode & 0o777) == "0o700"


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs another user")
def test_a_closed_folder_is_told_as_such():
    """Another user, who may read the public prefix."""
    store = Path(tempfile.mkdtemp(dir="/tmp"))
    store.chmod(0o755)
    (store / "staff").mkdir(mode=0o700)
    (store / "staff" / "a").write_bytes(b"secret")
    code = (
        "from geo.store.bucket import *\n"
        f"try: Bucket('file://{store}').read('staff/a')\n"
        "except AccessDeniedError as error: print(error)"
    )
    command = ["setpriv", "--reuid", "65534", "--clear-groups", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    shutil.rmtree(store)
    assert done.stdout.strip().endswith("refuses access to staff/a: check its credentials")


class FullDisk(io.BytesIO):
    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_is_no_fault_of_the_store(bucket):
    bucket.write("public/a", b"content")
    with pytest.raises(OSError, match="No space left"):
        bucket.download("public/a", FullDisk())


class PublicReader(Bucket):
    """A reader whom the staff prefix is closed to."""

    def read(self, name):
        if name.startswith("staff/"):
            raise AccessDeniedError("closed")
        return super().read(name)


def test_without_rights_to_the_staff_prefix_the_public_part_serves(bucket, home, reader):
    published(home, b"three shops", b"who runs them")
    upload_current(home, bucket)
    assert Follower(PublicReader(bucket.address), reader).look()
    manifest = check_bytes(current(reader))
    assert sorted(manifest["tables"]) == ["ground.json", "operators.json"]
    assert not (current(reader) / "semas.parquet").exists()
    assert (current(reader) / "businesses.features").read_bytes() == b"three shops"


def test_of_two_publishers_at_once_one_wins(bucket, home, tmp_path, monkeypatch, reader):
    other = tmp_path / "other"
    published(home, b"mine")
    theirs = published(other, b"theirs")

    def meanwhile(bucket):
        monkeypatch.setattr("geo.store.upload.require_conditional_writes", lambda _: None)
        upload_current(other, bucket)

    monkeypatch.setattr("geo.store.upload.require_conditional_writes", meanwhile)
    with pytest.raises(StoreConflictError, match="somebody else changed"):
        upload_current(home, bucket)
    Follower(bucket, reader).look()
    assert current(reader).name == theirs.name
    assert (current(home) / "businesses.features").read_bytes() == b"mine"
    upload_current(home, bucket)
    assert Follower(bucket, reader).look()
    assert current(reader).name == current(home).name


def test_of_two_publishers_of_a_newer_snapshot_one_wins(bucket, home):
    """The first pointer is made where there is none; all others replace one."""
    published(home, b"one")
    upload_current(home, bucket)
    _, seen = bucket.read(CURRENT)
    published(home, b"two")
    upload_current(home, bucket)
    with pytest.raises(StoreConflictError):
        bucket.swap(CURRENT, b"mine", seen)
    assert read_pointer(bucket).generation == 2


class CutOff(Bucket):
    """A publisher that ends after so many writes."""

    left = 2

    def write(self, name, content):
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        super().write(name, content)


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_an_upload_that_is_cut_off_leaves_the_old_snapshot_current(bucket, home, reader, writes):
    old = published(home, b"old")
    upload_current(home, bucket)
    published(home, b"new")
    cut = CutOff(bucket.address)
    cut.left = writes
    with pytest.raises(KeyboardInterrupt):
        upload_current(home, cut)
    assert Follower(bucket, reader).look()
    assert current(reader).name == old.name
    assert upload_current(home, bucket).switched


def test_an_altered_object_is_not_switched_to_and_is_told(bucket, home, reader, caplog):
    old = published(home, b"old")
    upload_current(home, bucket)
    follower = Follower(bucket, reader)
    follower.look()
    published(home, b"new")
    upload_current(home, bucket)
    name = next(n for n in bucket.sizes("public/objects") if bucket.read(n)[0] == b"new")
    bucket.write(name, b"nEw")
    assert not follower.look()
    assert current(reader).name == old.name
    assert f"{name} of the store {bucket.address} is not what it was" in read_state(reader).problem
    assert len(caplog.records) == 1
    assert [path.name for path in (reader / "snapshots").iterdir()] == [old.name]
    bucket.write(name, b"new")
    assert follower.look()
    assert current(reader).name == current(home).name
    assert read_state(reader).problem == ""


@pytest.mark.parametrize("kind", ["manifests", "objects"])
def test_a_missing_or_altered_part_is_not_switched_to(bucket, home, reader, kind):
    published(home, b"new", b"staff")
    upload_current(home, bucket)
    name = next(iter(bucket.sizes(f"staff/{kind}")))
    bucket.write(name, b"{}")
    with pytest.raises(StoreError, match="is not what it was"):
        fetch_snapshot(bucket, reader, read_pointer(bucket).current)
    bucket.remove([name])
    with pytest.raises(StoreError, match=name):
        fetch_snapshot(bucket, reader, read_pointer(bucket).current)
    assert not (reader / "current").exists()


def test_what_a_killed_download_left_is_removed_by_the_next(bucket, home, reader):
    published(home, b"new")
    upload_current(home, bucket)
    left = reader / "snapshots" / ".building-killed"
    left.mkdir(parents=True)
    (left / "businesses.arrow").write_bytes(b"half")
    assert Follower(bucket, reader).look()
    assert [path.name for path in (reader / "snapshots").iterdir()] == [current(home).name]


def test_a_home_that_cannot_be_written_is_told(bucket, home, reader):
    published(home, b"new")
    upload_current(home, bucket)
    reader.mkdir()
    (reader / "snapshots").write_bytes(b"no folder")
    assert not Follower(bucket, reader).look()
    assert f"{reader / 'snapshots'}" in read_state(reader).problem


def test_a_rollback_moves_the_pointer_and_nothing_else(bucket, home, reader):
    first = published(home, b"first", b"staff")
    upload_current(home, bucket)
    second = published(home, b"second", b"staff")
    upload_current(home, bucket)
    follower = Follower(bucket, reader)
    follower.look()
    assert roll_back_store(bucket) == first.name
    follower.look()
    assert current(reader).name == first.name
    assert current(home).name == second.name
    with pytest.raises(SnapshotError, match="no snapshot of the store is older"):
        roll_back_store(bucket)
    with pytest.raises(BadParameterError, match=second.name[:12]):
        roll_back_store(bucket, "none")
    assert roll_back_store(bucket, second.name[:12]) == second.name
    follower.look()
    assert current(reader).name == second.name


def test_a_rollback_to_what_has_gone_is_refused(bucket, home):
    published(home, b"first")
    upload_current(home, bucket)
    name = next(n for n in bucket.sizes("public/objects") if bucket.read(n)[0] == b"first")
    published(home, b"second")
    upload_current(home, bucket)
    bucket.remove([name])
    now = read_pointer(bucket).current
    with pytest.raises(SnapshotError, match="nothing was switched"):
        roll_back_store(bucket)
    assert read_pointer(bucket).current == now


def test_removal_keeps_what_the_current_and_the_newest_name(bucket, home, reader):
    folders = []
    for shops in (b"one", b"two", b"three", b"four"):
        folders.append(published(home, shops, b"staff"))
        upload_current(home, bucket)
    bucket.write("public/objects/stray", b"of an upload that was cut off")
    roll_back_store(bucket, folders[0].name)
    before = {**bucket.sizes("public"), **bucket.sizes("staff")}
    planned = prune_store(bucket, (1, 0), dry_run=True)
    assert {**bucket.sizes("public"), **bucket.sizes("staff")} == before
    done = prune_store(bucket, (1, 0))
    assert planned == done
    # two and three go: each has two files and two manifests of its own, and there is the stray
    assert (len(done.snapshots), done.objects) == (2, 2 * 4 + 1)
    for kept in (folders[0], folders[3]):
        roll_back_store(bucket, kept.name)
        assert Follower(bucket, reader).look()
        assert current(reader).name == kept.name
    with pytest.raises(BadParameterError):
        roll_back_store(bucket, folders[1].name)
    assert prune_store(bucket, (5, 30)).objects == 0


def test_an_upload_that_began_before_a_removal_ended_is_refused(bucket, home, monkeypatch):
    """It may count on an object that the removal took."""
    published(home, b"one")
    upload_current(home, bucket)
    published(home, b"two")

    def meanwhile(bucket):
        monkeypatch.setattr("geo.store.upload.require_conditional_writes", lambda _: None)
        prune_store(bucket, (1, 0))

    monkeypatch.setattr("geo.store.upload.require_conditional_writes", meanwhile)
    with pytest.raises(StoreConflictError, match="somebody else changed"):
        upload_current(home, bucket)
    assert upload_current(home, bucket).switched


def test_nothing_is_published_while_objects_are_removed(bucket, home, monkeypatch):
    published(home, b"one")
    upload_current(home, bucket)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Bucket, "remove", killed)
        prune_store(bucket, (1, 0))
    with pytest.raises(StoreConflictError, match="being removed"):
        upload_current(home, bucket)
    with pytest.raises(StoreConflictError, match="being removed"):
        roll_back_store(bucket)
    prune_store(bucket, (1, 0))
    assert not upload_current(home, bucket).switched


class Unconditional(Bucket):
    """A store that writes whatever it was told to compare."""

    def swap(self, name, content, seen):
        self.write(name, content)
        return self.version(name)


class HalfConditional(Bucket):
    """A store that knows If-None-Match and not If-Match."""

    def swap(self, name, content, seen):
        if seen is None:
            return super().swap(name, content, None)
        self.write(name, content)
        return self.version(name)


@pytest.mark.parametrize("kind", [Unconditional, HalfConditional])
def test_a_store_without_conditional_writes_is_refused_before_anything_is_uploaded(
    bucket, home, kind
):
    published(home, b"one")
    with pytest.raises(StoreError, match="no conditional writes"):
        upload_current(home, kind(bucket.address))
    assert bucket.sizes("") == {} or list(bucket.sizes("")) == [".lock"]


def test_the_trial_of_conditional_writes_leaves_nothing(bucket):
    require_conditional_writes(bucket)
    assert bucket.sizes("public") == {}


def test_a_client_told_not_to_compare_is_refused(moto, monkeypatch, home):
    for name, value in {**moto, "AWS_CONDITIONAL_PUT": "disabled"}.items():
        monkeypatch.setenv(name, value)
    published(home, b"one")
    bucket = Bucket(f"s3://{BUCKET}/{secrets.token_hex(4)}")
    with pytest.raises(StoreError, match="no conditional writes"):
        upload_current(home, bucket)
    assert bucket.sizes("") == {}


def test_a_bucket_that_is_not_there_is_named(moto, monkeypatch, home):
    for name, value in moto.items():
        monkeypatch.setenv(name, value)
    published(home, b"one")
    with pytest.raises(StoreError, match="no bucket of the name in s3://nowhere/atlas"):
        upload_current(home, Bucket("s3://nowhere/atlas"))


@pytest.mark.parametrize(
    "address",
    [
        "bucket/prefix",
        "http://bucket",
        "s3://",
        "s3:///prefix",
        "s3://key:secret@bucket/prefix",
        "az://container/prefix?sig=secret",
        "file://here",
    ],
)
def test_what_is_no_address_of_a_store_is_refused_without_its_secrets(address):
    with pytest.raises(StoreError, match="ATLAS_STORE must be such as") as refusal:
        Bucket(address)
    assert "secret" not in str(refusal.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match="there is no folder"):
        Bucket(f"file://{tmp_path}/nowhere")


def test_an_empty_store_is_told(bucket, reader):
    assert not Follower(bucket, reader).look()
    assert "`atlas publish`" in read_state(reader).problem


def test_a_damaged_snapshot_is_not_uploaded(bucket, home):
    folder = published(home, b"one")
    Path(folder / "businesses.features").write_bytes(b"two")
    with pytest.raises(SnapshotError, match="altered"):
        upload_current(home, bucket)
    assert bucket.sizes("public") == {}
