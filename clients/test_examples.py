"""The two hosts of examples/, started as their README says and used over HTTP as a browser would."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from harness.http import Http
from harness.program import Running


@dataclass(frozen=True)
class Host:
    origin: str
    http: Http


EXAMPLES = {
    "node": ["node", "examples/node/server.mjs"],
    "python": [sys.executable, "examples/python/server.py"],
}


def start(name: str, settings: dict[str, str]) -> Running:
    return Running(EXAMPLES[name], {"PORT": "0", **settings}, "^The product is at ")


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def host(request, demo) -> Iterator[Host]:
    settings = {"INBOX": demo.url, "KEY": demo.tenant_key, "NUMBER": demo.number}
    program = start(request.param, settings)
    origin = program.said().split("The product is at ")[1].split()[0]
    yield Host(origin, Http(origin))
    program.stop()


def test_the_page_loads_the_script_from_the_inbox(host, demo):
    page = host.http.ask("GET", "/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r'<script src="([^"]+)"', page.text) == [f"{demo.url}/embed.js"]
    assert 'id="inbox"' in page.text
    script = Http(demo.url).ask("GET", "/embed.js")
    assert (script.status_code, script.headers["cross-origin-resource-policy"]) == (200, "cross-origin")
    # Nothing of the key is on the page.
    assert demo.tenant_key not in page.text


def test_its_token_opens_the_number_under_its_origin_and_no_other(host, demo, whatsapp):
    phone = whatsapp.customer()
    whatsapp.writes(phone, f"A question for {host.origin}")
    answer = host.http.ask("POST", "/inbox-token")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert list(answer.json()) == ["token"]
    token = answer.json()["token"]

    def conversations(origin: str):
        inbox = Http(demo.url, {"authorization": f"Bearer {token}", "x-parent-origin": origin})
        return inbox.ask("POST", "/api/conversations/list", json={"page": {"limit": 50}})

    rows = conversations(host.origin).json()["items"]
    [row] = [row for row in rows if row["contact"].get("phone") == f"+{phone}"]
    assert row["numberId"] == demo.number
    assert row["preview"]["text"] == f"A question for {host.origin}"
    refused = conversations("https://evil.example.com")
    assert (refused.status_code, refused.json()["code"]) == (403, "ORIGIN_NOT_ALLOWED")
    document = Http(demo.url).ask("GET", "/", params={"parentOrigin": host.origin})
    assert f"frame-ancestors {host.origin}" in document.headers["content-security-policy"]


def test_there_is_nothing_else(host):
    for method, path in (("GET", "/inbox-token"), ("POST", "/"), ("GET", "/nowhere")):
        assert host.http.ask(method, path).status_code == 404


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_inbox_that_gives_no_token_is_told_plainly(demo, name):
    program = start(name, {"INBOX": demo.url, "KEY": "ps_wrong", "NUMBER": demo.number})
    try:
        origin = program.said().split("The product is at ")[1].split()[0]
        answer = Http(origin).ask("POST", "/inbox-token")
        assert answer.status_code == 502
        assert "ps_wrong" not in answer.text
    finally:
        program.stop()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_without_its_settings_it_says_what_to_set(name):
    with pytest.raises(RuntimeError, match="Set INBOX"):
        start(name, {})


@pytest.mark.parametrize("host", ["python"], indirect=True)
def test_the_python_one_writes_to_a_customer_once(host, whatsapp, ana):
    shipped = f"/orders/{ana}/shipped"
    first = host.http.ask("POST", shipped, params={"to": f"+{ana}"})
    again = host.http.ask("POST", shipped, params={"to": f"+{ana}"})
    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    [got] = whatsapp.got(ana)
    assert got["text"] == f"Your order {ana} is on its way."
    refused = host.http.ask("POST", "/orders/nowhere/shipped", params={"to": "12"})
    assert (refused.status_code, "country code" in refused.json()["error"]) == (400, True)
