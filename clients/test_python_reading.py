"""What a backend reads with the official Python client."""

import base64
import hashlib

import pytest
from pilot_status import (
    ApiKeyListItem,
    AuthenticationError,
    ForbiddenError,
    HistoryMessage,
    MessageHistoryResult,
    NotFoundError,
    NumberApiKeyReveal,
    NumberDetail,
    NumberStatusResult,
    ValidationError,
    WhatsAppNumberListItem,
)
from pilot_status.types import MediaDownloadResult

from harness.here import client_of
from harness.types import fits
from harness.waiting import eventually

BOTH = pytest.mark.parametrize("who", ["client", "tenant"])


@pytest.fixture
def caller(who, request):
    """The official client with the number's key, or with the workspace's."""
    return request.getfixturevalue(who)


def said_with(client, phone: str) -> list[HistoryMessage]:
    """What was said with one customer, the newest first. Customers' times are whole seconds, so others may stand between."""
    history = client.messages.history(page_size=100)
    return [message for message in history["messages"] if message["participantPhone"] == f"+{phone}"]


@BOTH
def test_numbers_are_listed(caller, demo):
    [number] = caller.numbers.list()
    fits(number, WhatsAppNumberListItem)
    assert (number["id"], number["number"], number["name"]) == (demo.number, demo.phone, "Acme support")
    assert number["isFullyConnected"] is True
    assert number["primaryLink"]["state"] == "OPEN"
    assert number["secondaryLink"] is None
    assert number["coexistence"] == {"status": "UNKNOWN", "evidence": None}
    assert [key["name"] for key in number["apiKeys"]] == ["clients"]
    assert number["apiKeys"][0]["keyLast4"] == demo.number_key[-4:]


@BOTH
@pytest.mark.parametrize("refresh", [False, True])
def test_a_number_tells_how_it_is(caller, demo, refresh):
    number = fits(caller.numbers.get(demo.number, refresh=refresh), NumberDetail)
    assert (number["id"], number["provider"], number["state"]) == (demo.number, "META", "OPEN")
    assert (number["piiMode"], number["piiRetentionDays"]) == ("STORE_INDEFINITE", None)
    assert number["settings"]["appliesTo"] == {"history": "all", "advanced": "none", "sending": "meta"}
    assert number["settings"]["markReadOnSend"] is True
    assert number["health"]["sendable"] is True
    assert number["meta"]["phoneNumberId"] == demo.phone_number_id
    assert number["extraChargeUnpaidSince"] is None


@BOTH
@pytest.mark.parametrize("link", [None, "primary", "secondary"])
def test_a_number_tells_whether_it_is_connected(caller, demo, link):
    status = fits(caller.numbers.get_status(demo.number, link), NumberStatusResult)
    assert status == {"id": demo.number, "state": "OPEN", "isFullyConnected": True, "stale": False}


def test_a_workspace_sees_the_keys_of_its_numbers(tenant, demo):
    [key] = tenant.api_keys.list()
    fits(key, NumberApiKeyReveal)
    assert (key["numberId"], key["number"], key["displayName"]) == (demo.number, demo.phone, "Acme support")
    assert (key["keyLast4"], key["key"], key["revealable"]) == (demo.number_key[-4:], None, False)


def test_a_number_sees_its_own_key(client, demo):
    [key] = client.api_keys.list()
    fits(key, ApiKeyListItem)
    assert (key["name"], key["keyPrefix"]) == ("clients", demo.number_key[:7])
    assert (key["whatsappInstanceId"], key["whatsappInstance"]["state"]) == (demo.number, "OPEN")


@BOTH
def test_what_was_said_is_in_the_history(caller, client, whatsapp, ana):
    client.messages.send({"destinationNumber": f"+{ana}", "text": "Here is the answer"})
    whatsapp.got(ana)
    answer, question = said_with(caller, ana)
    assert (answer["direction"], answer["text"], answer["origin"]) == ("OUTBOUND", "Here is the answer", "API")
    assert (question["direction"], question["text"], question["origin"]) == ("INBOUND", "Is my order on its way?", None)
    assert answer["conversationId"] == question["conversationId"]
    assert (question["participantName"], question["participantPhone"]) == ("Ana Souza", f"+{ana}")
    assert (question["messageType"], question["media"], question["referral"]) == ("text", None, None)


@BOTH
def test_the_history_is_read_page_by_page(caller):
    first = fits(caller.messages.history(page_size=2), MessageHistoryResult)
    assert len(first["messages"]) == 2
    assert (first["page"], first["pageSize"]) == (1, 2)
    assert first["totalPages"] == -(-first["total"] // 2)
    second = caller.messages.history(page=2, page_size=2)
    assert not {it["id"] for it in first["messages"]} & {it["id"] for it in second["messages"]}


def test_all_that_was_ever_said_has_the_declared_form(client):
    """The demo's weeks: texts, files, places, cards, reactions, failures, in both directions."""
    page, seen = 1, []
    while True:
        history = client.messages.history(page=page, page_size=100)
        seen += [fits(message, HistoryMessage) for message in history["messages"]]
        if page >= history["totalPages"]:
            break
        page += 1
    assert len(seen) == history["total"] >= 60
    assert [it["providerTimestamp"] for it in seen] == sorted((it["providerTimestamp"] for it in seen), reverse=True)
    assert {it["messageType"] for it in seen} >= {
        "text", "image", "audio", "document", "location", "contacts", "sticker",
    }
    assert {it["status"] for it in seen} >= {"SENT", "DELIVERED", "READ", "FAILED"}
    # Somebody who shows no phone is known by the user id.
    assert any(it["participantPhone"] is None and it["participantUserId"] for it in seen)


def test_the_history_of_a_span(client, ana):
    [message] = client.messages.history(page_size=1)["messages"]
    at = message["providerTimestamp"]
    assert message["id"] in {it["id"] for it in client.messages.history(start_date=at, end_date=at)["messages"]}
    assert client.messages.history(end_date="2001-01-01")["total"] == 0
    for span in (
        {"start_date": "2026-06-28", "end_date": "2026-06-27"},
        {"start_date": "yesterday"},
    ):
        with pytest.raises(ValidationError) as refused:
            client.messages.history(**span)
        assert refused.value.body["code"] == "INVALID_DATE_RANGE"
    for page in ({"page": 0}, {"page_size": 101}):
        with pytest.raises(ValidationError) as refused:
            client.messages.history(**page)
        assert refused.value.body["code"] == "PAGE_INVALID"


def test_a_message_tells_from_which_advertisement_it_came(client, whatsapp):
    phone = whatsapp.customer()
    whatsapp.writes(phone, "I saw your lamp", variant="ad")
    [message] = said_with(client, phone)
    fits(message, HistoryMessage)
    referral = message["referral"]
    assert (referral["sourceType"], referral["sourceId"]) == ("ad", "120208")
    assert (referral["headline"], referral["ctwaClid"]) == ("Lamps for the hall", "click-1")
    assert referral["adName"] is None and referral["namesResolvedAt"] is None


@BOTH
@pytest.mark.parametrize(
    ("kind", "file", "mime"), [("image", "1001", "image/jpeg"), ("document", "1004", "application/pdf")]
)
def test_a_file_is_downloaded_as_it_was_sent(caller, client, whatsapp, demo, kind, file, mime):
    phone = whatsapp.customer()
    whatsapp.writes(phone, type=kind)
    [message] = said_with(client, phone)
    media = message["media"]
    assert (message["messageType"], media["provider"], media["mimeType"]) == (kind, "META", mime)

    def look():
        try:
            return caller.media.download(media["id"], demo.phone_number_id)
        except NotFoundError:
            # Its bytes are still being fetched.
            return None

    got = fits(eventually("the file", look), MediaDownloadResult)
    assert (got["mimeType"], got["mediaId"]) == (mime, media["id"])
    prefix, _, data = got["base64"].partition(",")
    assert prefix == f"data:{mime};base64"
    digest = hashlib.sha256(base64.b64decode(data, validate=True)).hexdigest()
    assert digest == hashlib.sha256(whatsapp.example(file)).hexdigest()
    with pytest.raises(NotFoundError):
        caller.media.download(media["id"], "999")


def test_a_wrong_key_opens_nothing(demo):
    for key in ("ps_wrong", "wrong"):
        with pytest.raises(AuthenticationError) as refused:
            client_of(demo.url, key).numbers.list()
        assert refused.value.body["code"] == "API_KEY_INVALID"


def test_a_workspaces_key_names_its_number(demo, tenant):
    nowhere = client_of(demo.url, demo.tenant_key)
    for call in (nowhere.messages.history, nowhere.templates.list, lambda: nowhere.messages.get("msg_1")):
        with pytest.raises(ForbiddenError) as refused:
            call()
        assert refused.value.body["code"] == "TENANT_SCOPE_NOT_ALLOWED"
    assert nowhere.with_number(demo.number).messages.history()["total"] == tenant.messages.history()["total"]
    with pytest.raises(NotFoundError) as refused:
        nowhere.with_number("wn_unknown").messages.history()
    assert refused.value.body["code"] == "NUMBER_NOT_FOUND"


def test_what_is_not_there_is_not_found(client):
    for call, code in (
        (lambda: client.numbers.get("wn_unknown"), "NUMBER_NOT_FOUND"),
        (lambda: client.numbers.get_status("wn_unknown"), "NUMBER_NOT_FOUND"),
        (lambda: client.messages.get("msg_unknown"), "NOT_FOUND"),
        (lambda: client.templates.get("unknown"), "NOT_FOUND"),
        (lambda: client.media.download("med_unknown", "1"), "NOT_FOUND"),
    ):
        with pytest.raises(NotFoundError) as refused:
            call()
        assert refused.value.body["code"] == code


@BOTH
def test_a_number_of_the_cloud_api_has_no_groups_and_no_channels(caller):
    for call, code in (
        (caller.groups.list, "META_GROUPS_NOT_ELIGIBLE"),
        (caller.newsletters.list, "NOT_SUPPORTED_FOR_META"),
    ):
        with pytest.raises(ValidationError) as refused:
            call()
        assert refused.value.body["code"] == code
