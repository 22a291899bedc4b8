"""Staff with a token see who runs what; what they get is theirs, and what they ask is noted."""

import base64
import os

import httpx
import pytest
from staffed import TOKENS, settings

from api.routes.staff import AuditLog
from api.service.settings import Settings

ITEMS = "/collections/businesses/items"
ASKED = f"{ITEMS}?foreign_run=true&limit=1000"


def basic(name, token):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{token}".encode()).decode()}


def test_staff_get_points(kim, told):
    found = kim.get(ASKED).json()
    assert found["numberMatched"] == sum(item["foreign_run"] for item in told)
    nations = {feature["properties"]["operator_nationality"] for feature in found["features"]}
    assert nations == {item["operator_nationality"] for item in told if item["foreign_run"]}


def test_staff_get_exact_counts_from_three_on(kim, anybody):
    own = kim.get("/analysis/operators?scale=hex").json()
    assert "K3" in own["method"]
    shown = [row["count"] for row in own["rows"] if row["state"] == "shown"]
    assert min(shown) >= 3
    assert any(count % 5 for count in shown)


@pytest.mark.parametrize(
    "path", [ASKED, "/analysis/operators", "/maps/density?foreign_run=true", "/collections", ITEMS]
)
def test_what_staff_get_is_kept_by_nobody(kim, path):
    answer = kim.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert "etag" not in answer.headers
    assert answer.headers["vary"] == "*"


@pytest.mark.parametrize("path", [ITEMS + "?limit=1000", "/analysis/operators?scale=hex"])
def test_answers_of_one_role_never_reach_the_other(anybody, kim, path):
    first, own, again, own_again = (who.get(path) for who in (anybody, kim, anybody, kim))
    assert again.headers["etag"] == first.headers["etag"]
    facts = [item.json().get("features") or item.json()["rows"] for item in (first, own, again)]
    assert facts[0] == facts[2] != facts[1]
    held = {"If-None-Match": first.headers["etag"]}
    assert kim.get(path, headers=held).status_code == 200
    assert own_again.status_code == 200
    assert anybody.get(path, headers=held).status_code == 304


def test_a_browser_is_asked_for_name_and_token(guarded):
    asked = httpx.get(f"{guarded}/staff")
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith("Basic ")
    told = httpx.get(f"{guarded}/staff", headers=basic("lee", TOKENS["lee"]))
    assert (told.status_code, told.json()["staff"]) == (200, "lee")


@pytest.mark.parametrize(
    "given",
    [
        "Bearer wrong",
        "Bearer",
        "Digest x",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        basic("kim", TOKENS["lee"])["Authorization"],  # somebody else's
        "Bearer " + "k" * 43 + "x",
    ],
)
def test_a_wrong_token_is_refused(survey_home, serve, given):
    fresh = serve(settings(survey_home))  # where nobody has tried too often yet
    answer = httpx.get(f"{fresh}{ITEMS}", headers={"Authorization": given})
    assert answer.status_code == 401
    assert "features" not in answer.json()


def test_guessing_has_to_wait(survey_home, serve):
    fresh = serve(settings(survey_home))
    seen = [
        httpx.get(f"{fresh}/staff", headers={"Authorization": f"Bearer {n}"}).status_code
        for n in range(12)
    ]
    assert seen == [401] * 10 + [429] * 2
    late = httpx.get(f"{fresh}/staff", headers=basic("kim", "guess"))
    assert (late.status_code, late.headers["retry-after"]) == (429, "60")
    # Who has a right one may share the address of a proxy with who guesses.
    assert httpx.get(f"{fresh}/staff", headers=basic("kim", TOKENS["kim"])).status_code == 200
    assert httpx.get(f"{fresh}{ITEMS}").status_code == 200  # anybody may go on


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.0/8", 401), ("", 429)])
def test_only_a_trusted_proxy_says_who_guesses(survey_home, serve, noted, proxies, status):
    trusting = settings(survey_home).model_copy(update={"trusted_proxies": proxies})
    fresh = serve(trusting)
    for n in range(11):
        told = {"Authorization": f"Bearer {n}", "X-Forwarded-For": "203.0.113.1"}
        httpx.get(f"{fresh}/staff", headers=told)
    assert noted()[-1]["from"] == ("203.0.113.1" if proxies else "127.0.0.1")
    other = {"Authorization": "Bearer x", "X-Forwarded-For": "203.0.113.2"}
    assert httpx.get(f"{fresh}/staff", headers=other).status_code == status


def test_trusted_proxies_are_addresses():
    assert Settings(trusted_proxies="127.0.0.1, ::1").trusted_proxies == "127.0.0.1/32,::1/128"
    with pytest.raises(ValueError, match="ATLAS_TRUSTED_PROXIES"):
        Settings(trusted_proxies="*")


def test_who_asked_what_is_noted_without_the_token(kim, noted, survey_home):
    kim.get(f"{ITEMS}?operator_nationality=vn")
    last = noted()[-1]
    assert (last["staff"], last["what"], last["method"]) == ("kim", "asked", "GET")
    assert (last["path"], last["query"]) == (ITEMS, "operator_nationality=vn")
    log = survey_home / "audit" / "audit.log"
    assert not any(token in log.read_text() for token in TOKENS.values())
    assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("made_anew", [True, False], ids=["by logrotate", "by the next line"])
def test_the_log_is_nobody_elses_after_a_rotation_too(tmp_path, made_anew):
    path = tmp_path / "audit" / "audit.log"
    log = AuditLog(path)
    scope = {"client": ("::1", 1), "method": "GET", "path": "/", "query_string": b""}
    before = os.umask(0o022)
    try:
        log.note(scope, "asked", "kim")
        path.rename(path.with_name("audit.log.1"))
        if made_anew:
            path.touch(mode=0o644)
        log.note(scope, "asked", "lee")
    finally:
        os.umask(before)
    lines = {item.name: item.read_text() for item in path.parent.iterdir()}
    assert '"kim"' in lines["audit.log.1"]
    assert '"lee"' in lines["audit.log"]
    assert {item.stat().st_mode & 0o777 for item in path.parent.iterdir()} == {0o600}


def test_settings_refuse_what_is_no_hash():
    for text in ("kim:secret", "kim", "Kim:" + "0" * 64, f"kim:{'0' * 64},kim:{'1' * 64}"):
        with pytest.raises(ValueError, match="ATLAS_STAFF_TOKENS"):
            Settings(staff_tokens=text)
    assert "0" * 64 not in repr(Settings(staff_tokens=f"kim:{'0' * 64}"))


def test_without_staff_a_token_is_like_none(client):
    told = client.get(f"{ITEMS}?limit=1", headers={"Authorization": "Bearer x"})
    assert (told.status_code, "etag" in told.headers) == (200, True)
