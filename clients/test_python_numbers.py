"""What a backend does with its numbers and their keys, with the official Python client."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pilot_status import (
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RegeneratedNumberKey,
    ValidationError,
    parse_customer_webhook,
)
from pilot_status.types import DeleteNumberResult, NumberPurgeResult, NumberRestoreResult, UpdateNumberResult

from harness.demo import Demo, running_demo
from harness.here import client_of
from harness.http import Http
from harness.receiver import listening
from harness.types import fits


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One whose webhooks may lead to this machine: the receiver is here."""
    with running_demo({"PILOT_PRIVATE_ADDRESSES": "true"}) as demo:
        yield demo


def test_what_is_kept_is_changed(tenant, client, demo):
    kept = fits(tenant.numbers.update(demo.number, {"piiMode": "STORE_X_DAYS", "piiRetentionDays": 365}), UpdateNumberResult)
    assert (kept["piiMode"], kept["piiRetentionDays"]) == ("STORE_X_DAYS", 365)
    assert client.numbers.get(demo.number)["piiRetentionDays"] == 365
    kept = client.numbers.update(demo.number, {"piiMode": "STORE_INDEFINITE"})
    assert (kept["piiMode"], kept["piiRetentionDays"]) == ("STORE_INDEFINITE", None)
    assert "settingsSync" not in kept


def test_settings_are_changed(tenant, demo):
    changed = fits(
        tenant.numbers.update_settings(demo.number, {"markReadOnSend": False, "alwaysOnline": True}), UpdateNumberResult
    )
    assert (changed["settings"]["markReadOnSend"], changed["settings"]["alwaysOnline"]) == (False, True)
    # None puts it back.
    changed = tenant.numbers.update_settings(demo.number, {"markReadOnSend": True, "alwaysOnline": None})
    assert (changed["settings"]["markReadOnSend"], changed["settings"]["alwaysOnline"]) == (True, None)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "EMPTY_PATCH"),
        ({"piiMode": "STORE_X_DAYS"}, "NUMBER_SETTINGS_INVALID"),
        ({"piiMode": "STORE_X_DAYS", "piiRetentionDays": 3651}, "NUMBER_SETTINGS_INVALID"),
        # Not built yet, and not pretended.
        ({"piiMode": "RELAY_ONLY"}, "NUMBER_SETTINGS_INVALID"),
        ({"settings": {"msgRejectCall": "x" * 1001}}, "NUMBER_SETTINGS_INVALID"),
    ],
)
def test_a_change_that_cannot_be_is_refused(tenant, demo, asked, code):
    with pytest.raises(ValidationError) as refused:
        tenant.numbers.update(demo.number, asked)
    assert refused.value.body["code"] == code


def test_what_is_old_is_redacted_and_shown(client, demo):
    """The demo's weeks: what is older than a day says nothing any more, and is there."""
    before = client.messages.history(page_size=1)["total"]
    client.numbers.update(demo.number, {"piiMode": "STORE_X_DAYS", "piiRetentionDays": 1})
    history = client.messages.history(page_size=100)
    assert history["total"] == before
    a_day_ago = datetime.now(UTC) - timedelta(days=1)
    old = [it for it in history["messages"] if datetime.fromisoformat(it["providerTimestamp"]) < a_day_ago]
    assert old
    for message in old:
        assert message["redacted"] is True
        hidden = ("text", "media", "participantName", "participantPhone", "participantUserId")
        assert [message[name] for name in hidden] == [None] * len(hidden)
    assert all("redacted" not in it for it in history["messages"] if it not in old)


def test_a_number_has_one_key(tenant, client, demo):
    made = fits(tenant.api_keys.regenerate_number(demo.number), RegeneratedNumberKey)
    assert made["numberId"] == demo.number
    assert made["key"].startswith(made["keyPrefix"])
    assert made["key"].endswith(made["keyLast4"])
    with pytest.raises(AuthenticationError):
        client.numbers.list()
    renewed = client_of(demo.url, made["key"])
    assert len(renewed.numbers.list()) == 1
    with pytest.raises(ForbiddenError) as refused:
        renewed.api_keys.regenerate_number(demo.number)
    assert refused.value.body["code"] == "NUMBER_SCOPE_NOT_ALLOWED"
    assert [key["keyId"] for key in tenant.api_keys.list()] == [made["keyId"]]


def test_a_number_goes_comes_back_and_goes_for_good(tenant, demo):
    made = tenant.api_keys.regenerate_number(demo.number)
    own = client_of(demo.url, made["key"])
    with listening() as receiver:
        # The client makes no webhooks.
        wanted = {"url": receiver.url, "events": ["number.removed", "number.restored"], "whatsappNumberId": demo.number}
        Http(demo.url, {"x-api-key": demo.tenant_key}).post("/v1/webhooks", wanted)
        with pytest.raises(ConflictError) as refused:
            tenant.numbers.restore(demo.number)
        assert refused.value.body["code"] == "NUMBER_ALREADY_ACTIVE"
        for call in (own.numbers.delete, own.numbers.restore, own.numbers.purge):
            with pytest.raises(ForbiddenError) as refused:
                call(demo.number)
            assert refused.value.body["code"] == "NUMBER_SCOPE_NOT_ALLOWED"

        removed = fits(tenant.numbers.delete(demo.number), DeleteNumberResult)
        until = datetime.fromisoformat(removed["restorableUntil"]) - datetime.now(UTC)
        assert timedelta(days=29) < until <= timedelta(days=30)
        with pytest.raises(NotFoundError):
            tenant.numbers.get(demo.number)
        assert tenant.numbers.list() == []

        back = fits(tenant.numbers.restore(demo.number), NumberRestoreResult)
        assert back == {"ok": True, "requiresReconnect": True}
        assert tenant.numbers.get_status(demo.number)["state"] == "CLOSE"
        assert own.messages.history(page_size=1)["total"] > 0

        told = [parse_customer_webhook(json.loads(body), unknown_events="raise") for _, body in receiver.wait_for(2)]
        assert [event["event"] for event in told] == ["number.removed", "number.restored"]
        assert {event["data"]["numberId"] for event in told} == {demo.number}
        assert {event["data"]["phone"] for event in told} == {f"+{demo.phone}"}

    assert fits(tenant.numbers.purge(demo.number), NumberPurgeResult) == {"ok": True}
    for call in (tenant.numbers.get, tenant.numbers.restore, tenant.numbers.purge):
        with pytest.raises(NotFoundError):
            call(demo.number)
    with pytest.raises(AuthenticationError):
        own.numbers.list()
