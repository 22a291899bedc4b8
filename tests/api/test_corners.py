"""Short addresses of corners: where they lead, and what the sheet of codes says."""

import httpx
import pytest

from api.service.settings import Settings


def test_a_short_address_leads_to_what_is_near(client):
    answer = client.get("/q/gate", headers={"Accept-Language": "vi"})
    assert (answer.status_code, answer.headers["location"]) == (302, "../eat?near=gate")
    page = client.get(str(answer.next_request.url), headers={"Accept-Language": "vi"})
    assert "Gần nhất: Entrance of the Multicultural Food Street" in page.text


@pytest.mark.parametrize("code", ["moon", "GATE", "..%2feat", "gate%0d%0aX: 1"])
def test_an_unknown_corner_is_no_redirect(client, code):
    answer = client.get(f"/q/{code}")
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_codes_name_the_address_of_the_service(client, address):
    sheet = client.get("/eat/qr?lang=ko").text
    assert f'aria-label="{address}/q/gate"' in sheet
    assert f'aria-label="{address}/eat/batavia"' in client.get("/eat/batavia").text


def test_codes_name_the_public_address_where_it_is_set(home, serve):
    public = "https://atlas.ansan.example/map"
    behind = serve(Settings(home=home, public_url=public))
    for path in ("/eat/qr", "/eat/batavia"):
        html = httpx.get(behind + path, headers={"Host": "evil.example"}).text
        assert "127.0.0.1" not in html
        assert "evil.example" not in html
        assert f'aria-label="{public}/' in html
