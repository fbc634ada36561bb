"""docs/api.md, run as it stands: every line of its shell blocks, in their order, and its Python."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pilot_status import parse_customer_webhook

from harness.demo import Demo, running_demo
from harness.http import Http
from harness.program import ROOT, environment
from harness.receiver import Receiver, listening
from harness.waiting import eventually

#: Whom the page writes to.
CONTACT = "5511999990001"
#: An answer that is no success ends the block; so does a line that fails.
STRICT = """set -euo pipefail
curl() { command curl --fail-with-body --noproxy '*' --max-time 30 "$@"; }
"""


def blocks(language: str) -> list[str]:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One whose webhooks may lead to this machine: the receiver is here."""
    with running_demo({"PILOT_PRIVATE_ADDRESSES": "true"}) as demo:
        yield demo


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def values(demo, api, whatsapp, receiver) -> dict[str, str]:
    """What a reader would put into the first block."""
    webhook = api.post("/v1/webhooks", {"url": receiver.url, "events": ["message.received"]})
    whatsapp.writes(CONTACT, "Where is my order?")
    sent = api.post(
        "/v1/messages/send", {"destinationNumber": f"+{CONTACT}", "text": "On its way", "labels": ["orders"]}
    )
    message = sent["id"]
    # A sign goes on a message that WhatsApp has.
    eventually("it to arrive", lambda: api.get(f"/v1/messages/{message}")["deliveredAt"])
    # Templates are fetched once an account is known.
    eventually("the templates", lambda: api.get("/v1/templates") or None)
    conversation = api.get(f"/v1/conversations/{sent['conversationId']}")
    file = api.ask("POST", "/v1/media?kind=document", headers={"content-type": "application/pdf"}, data=pdf(whatsapp))
    assert file.status_code == 201, file.text
    return {
        "INBOX": demo.url,
        "KEY": demo.number_key,
        "WORKSPACE": demo.tenant_key,
        "LINK": Http(demo.url, {"x-api-key": demo.tenant_key}).post(
            "/v1/numbers/remote-pairing", {"name": "Branch", "number": "+5511988880002"}
        )["remotePairingToken"],
        "NUMBER": demo.number,
        "CONVERSATION": conversation["id"],
        "MESSAGE": message,
        "OPERATOR": operator(demo),
        "LABEL": conversation["labels"][0],
        "FILE": file.json()["id"],
        "WEBHOOK": webhook["id"],
        "EVENT": json.loads(receiver.wait_for(1)[0][1])["id"],
        "LATER": (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def pdf(whatsapp) -> bytes:
    return whatsapp.example("1004")


def operator(demo) -> str:
    """Somebody who works with the number: known from the first session on that names them."""
    origin = "https://app.example.com"
    asked = {
        "surface": "chat",
        "allowedOrigins": [origin],
        "whatsappNumberIds": [demo.number],
        "operator": {"id": "user-1", "name": "Bia"},
    }
    session = Http(demo.url, {"x-api-key": demo.tenant_key}).post("/v1/embed/sessions", asked)
    inbox = Http(demo.url, {"authorization": f"Bearer {session['token']}", "x-parent-origin": origin})
    [somebody] = inbox.post("/api/operators/list", {})
    return somebody["id"]


def test_every_line_of_the_guide_runs(values, whatsapp, tmp_path):
    first, *rest = blocks("sh")
    named = re.findall(r"^export ([A-Z]+)=", first, re.MULTILINE)
    assert sorted(named) == sorted(values), "the first block sets what this test knows"
    assert len(rest) >= 15, "the blocks were found"
    lines = re.sub(r"\s# .*$", "", "".join(rest), flags=re.MULTILINE)
    assert "…" not in lines, "no line waits for a value that is not on top"
    (tmp_path / "invoice.pdf").write_bytes(pdf(whatsapp))
    failed = []
    for block in rest:
        done = subprocess.run(
            ["bash", "-c", STRICT + block],
            cwd=tmp_path,
            env=environment(values),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            failed.append(f"{block}{done.stdout}{done.stderr}")
    assert not failed, "\n\n".join(failed)
    texts = {message["text"] for message in whatsapp.got(CONTACT)}
    assert "Your order is on its way." in texts
    assert "See you soon." not in texts


def test_a_receiver_of_the_guide_tells_ours_from_others(api, whatsapp):
    guide: dict[str, Any] = {}
    exec(blocks("python")[0], guide)  # noqa: S102
    is_ours = guide["is_ours"]
    with listening() as receiver:
        webhook = api.post("/v1/webhooks", {"url": receiver.url, "events": ["*"]})
        phone = whatsapp.customer()
        whatsapp.writes(phone, "Where is my order?")
        [(headers, body), *_] = receiver.wait_for(1)
        assert is_ours(webhook["secret"], body, headers)
        assert not is_ours(webhook["secret"], body + b" ", headers)
        assert not is_ours("whsec_of_somebody_else", body, headers)
        # While the secret changes, the one before is still good.
        changed = api.post(f"/v1/webhooks/{webhook['id']}/secret", {})
        whatsapp.writes(phone, "And my invoice?")
        headers, body = receiver.wait_for(2)[1]
        assert is_ours(webhook["secret"], body, headers)
        assert is_ours(changed["secret"], body, headers)
        # The official client reads it.
        event = parse_customer_webhook(json.loads(body), unknown_events="raise")
        assert event["event"] == "message.received"
        assert event["data"]["content"] == "And my invoice?"


def test_the_python_of_the_guide_runs(values, whatsapp):
    block = blocks("python")[-1]
    done = subprocess.run(
        [sys.executable, "-c", block], env=environment(values), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) > 1
    eventually("Hello", lambda: "Hello" in {it["text"] for it in whatsapp.got(CONTACT)} or None)
