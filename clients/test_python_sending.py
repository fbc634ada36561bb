"""What a backend sends with the official Python client reaches WhatsApp, and can be followed."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from pilot_status import (
    CancelMessagesResult,
    ConflictError,
    MessageDetails,
    SendMessageAccepted,
    TemplateDetail,
    TemplateListItem,
    ValidationError,
)

from harness.types import fits
from harness.waiting import eventually


def followed(client, id: str, status: str) -> MessageDetails:
    """The message, once it has come so far."""

    def look():
        details = fits(client.messages.get(id), MessageDetails)
        return details if details["status"] == status else None

    return eventually(f"{id} to be {status}", look)


def test_a_text_is_followed_from_queued_to_read(client, demo, whatsapp, ana):
    before = datetime.now(UTC)
    accepted = fits(
        client.messages.send({"destinationNumber": f"+{ana}", "text": "It left this morning."}), SendMessageAccepted
    )
    assert accepted["status"] == "QUEUED"
    assert accepted["origin"] == "API"
    assert accepted["sourceNumber"] == demo.phone
    assert "flowToken" not in accepted
    assert abs(datetime.fromisoformat(accepted["createdAt"]) - before) < timedelta(minutes=1)

    [sent] = whatsapp.got(ana)
    assert (sent["type"], sent["text"]) == ("text", "It left this morning.")
    details = followed(client, accepted["id"], "DELIVERED")
    assert details["destinationNumber"] == f"+{ana}"
    assert details["externalMessageId"] == sent["id"]
    assert details["correlationId"] == accepted["correlationId"]
    assert details["origin"] == "API"
    assert details["sentAt"] and details["deliveredAt"] and details["readAt"] is None
    assert details["errorCode"] is None and details["errorMessage"] is None
    assert "template" not in details
    # By any of its names. The client escapes no id, and WhatsApp's may have a slash in it.
    for name in (accepted["correlationId"], quote(sent["id"], safe="")):
        assert client.messages.get(name) == details

    whatsapp.reports(sent["id"], "read")
    assert followed(client, accepted["id"], "READ")["readAt"]


def test_what_whatsapp_refuses_is_a_failed_message_with_a_reason(client, whatsapp, ana):
    whatsapp.refuses_next(ana, 131047)
    accepted = client.messages.send({"destinationNumber": f"+{ana}", "text": "Hello?"})
    details = followed(client, accepted["id"], "FAILED")
    assert details["errorCode"] == "META_OUTSIDE_24H_WINDOW"
    assert details["errorMessage"]
    assert details["deliveredAt"] is None


@pytest.fixture(scope="module")
def templates(client, whatsapp):
    """The templates, once they have been fetched: the account is known when somebody has written."""
    whatsapp.writes(whatsapp.customer(), "Hello")
    return eventually("the templates", lambda: client.templates.list() or None)


def test_templates_are_listed_and_found_by_id_and_name(client, templates):
    for template in templates:
        fits(template, TemplateListItem)
    by_id = {template["id"]: template for template in templates}
    shipped = by_id["tpl_order_shipped-pt_BR"]
    assert (shipped["name"], shipped["category"], shipped["sendable"]) == ("order_shipped", "UTILITY", True)
    assert shipped["variables"] == ["1", "2"]
    assert fits(client.templates.get(shipped["id"]), TemplateDetail) == shipped
    assert client.templates.get("hello_world")["metaLanguage"] == "en_US"


def test_a_template_goes_out_filled(client, whatsapp, ana, templates):
    accepted = client.messages.send(
        {
            "templateId": "tpl_order_shipped-pt_BR",
            "destinationNumber": f"+{ana}",
            "variables": {"1": "Ana", "2": "4711", "button_0": "4711"},
        }
    )
    [sent] = whatsapp.got(ana)
    template = sent["body"]["template"]
    assert (sent["type"], template["name"], template["language"]["code"]) == ("template", "order_shipped", "pt_BR")
    told = {part["type"]: [value["text"] for value in part["parameters"]] for part in template["components"]}
    assert told == {"header": ["Ana"], "body": ["Ana", "4711"], "button": ["4711"]}
    assert followed(client, accepted["id"], "DELIVERED")["template"] == "order_shipped"


def test_a_template_without_its_variables_says_which_are_missing(client, ana, templates):
    with pytest.raises(ValidationError, match="2, button_0") as refused:
        client.messages.send(
            {"templateId": "order_shipped", "destinationNumber": f"+{ana}", "variables": {"1": "Ana"}}
        )
    assert refused.value.body["code"] == "MISSING_TEMPLATE_VARIABLES"


@pytest.mark.parametrize(
    ("asked", "kind", "sent"),
    [
        ({"mediaType": "image"}, "image", {}),
        # The client's own default.
        ({}, "image", {}),
        ({"mediaType": "image", "text": "The lamp"}, "image", {"caption": "The lamp"}),
        ({"mediaType": "video"}, "video", {}),
        ({"mediaType": "document"}, "document", {}),
        ({"mediaType": "audio"}, "audio", {}),
        ({"mediaType": "voice"}, "audio", {"voice": True}),
        ({"mediaType": "sticker"}, "sticker", {}),
    ],
)
def test_a_file_on_the_web_is_for_whatsapp_to_fetch(client, whatsapp, ana, asked, kind, sent):
    address = "https://files.example.com/lamp"
    client.messages.send({"destinationNumber": f"+{ana}", "media": address, **asked})
    [got] = whatsapp.got(ana)
    assert got["type"] == kind
    assert got["body"][kind] == {"link": address, **sent}


def test_buttons_to_answer_with(client, whatsapp, ana):
    client.messages.send(
        {
            "destinationNumber": f"+{ana}",
            "text": "Does Friday suit you?",
            "header": {"type": "text", "content": "Delivery"},
            "footer": "Lamps & Co.",
            "buttons": [{"type": "reply", "label": "Yes"}, {"type": "reply", "label": "Another day"}],
        }
    )
    [got] = whatsapp.got(ana)
    message = got["body"]["interactive"]
    assert (message["type"], message["body"]["text"]) == ("button", "Does Friday suit you?")
    assert (message["header"]["text"], message["footer"]["text"]) == ("Delivery", "Lamps & Co.")
    assert [button["reply"]["title"] for button in message["action"]["buttons"]] == ["Yes", "Another day"]


def test_a_button_with_an_address(client, whatsapp, ana):
    button = {"type": "url", "label": "Track it", "url": "https://track.example.com/4711"}
    client.messages.send({"destinationNumber": f"+{ana}", "text": "On its way", "buttons": [button]})
    [got] = whatsapp.got(ana)
    parameters = got["body"]["interactive"]["action"]["parameters"]
    assert parameters == {"display_text": "Track it", "url": "https://track.example.com/4711"}


def test_a_list_to_choose_from(client, whatsapp, ana):
    rows = [{"rowId": "oak", "title": "Oak"}, {"title": "Ash", "description": "Lighter"}]
    client.messages.send(
        {
            "destinationNumber": f"+{ana}",
            "text": "Which wood?",
            "list": {"buttonText": "Choose", "sections": [{"title": "Woods", "rows": rows}]},
        }
    )
    [got] = whatsapp.got(ana)
    [section] = got["body"]["interactive"]["action"]["sections"]
    assert [(row["id"], row["title"]) for row in section["rows"]] == [("oak", "Oak"), ("row_2", "Ash")]


def test_a_file_inside_the_message(client, whatsapp, ana):
    film = whatsapp.example("1002")
    media = f"data:video/mp4;base64,{b64encode(film).decode()}"
    client.messages.send({"destinationNumber": f"+{ana}", "media": media, "mediaType": "video", "text": "How to"})
    [got] = whatsapp.got(ana)
    assert (got["type"], got["body"]["video"]["caption"]) == ("video", "How to")
    assert whatsapp.example(got["body"]["video"]["id"]) == film


def test_cards_side_by_side(client, whatsapp, ana):
    def card(name: str) -> dict:
        return {
            "media": {"type": "image", "url": f"https://files.example.com/{name}.png"},
            "body": name,
            "buttons": [{"type": "URL", "text": "Buy", "url": f"https://shop.example.com/{name}"}],
        }

    client.messages.send(
        {"destinationNumber": f"+{ana}", "text": "Our lamps", "carousel": {"cards": [card("oak"), card("ash")]}}
    )
    [got] = whatsapp.got(ana)
    message = got["body"]["interactive"]
    assert (message["type"], message["body"]["text"]) == ("carousel", "Our lamps")
    assert [it["action"]["parameters"]["url"] for it in message["action"]["cards"]] == [
        "https://shop.example.com/oak",
        "https://shop.example.com/ash",
    ]


def test_a_flow_tells_its_token(client, whatsapp, ana):
    flow = {"flowId": "77", "cta": "Book", "screen": "FIRST", "data": {"name": "Ana"}}
    accepted = fits(
        client.messages.send({"destinationNumber": f"+{ana}", "text": "A table?", "flow": flow}), SendMessageAccepted
    )
    [got] = whatsapp.got(ana)
    parameters = got["body"]["interactive"]["action"]["parameters"]
    assert parameters["flow_token"] == accepted["flowToken"]
    assert (parameters["flow_id"], parameters["flow_cta"]) == ("77", "Book")
    assert parameters["flow_action_payload"] == {"screen": "FIRST", "data": {"name": "Ana"}}


def test_a_flow_to_somebody_who_has_not_written_is_refused(client, whatsapp, ana):
    flow = {"flowId": "77", "cta": "Book"}
    with pytest.raises(ConflictError) as refused:
        client.messages.send({"destinationNumber": f"+{whatsapp.customer()}", "text": "A table?", "flow": flow})
    assert refused.value.body["code"] == "FLOW_WINDOW_CLOSED"


def test_a_message_for_later_waits_and_is_taken_back(client, whatsapp, ana):
    later = datetime.now(UTC) + timedelta(hours=2)
    waiting = client.messages.send(
        {
            "destinationNumber": f"+{ana}",
            "text": "See you in an hour",
            "deliverAt": later.isoformat(),
            "deliverUntil": (later + timedelta(hours=1)).isoformat(),
        }
    )
    assert client.messages.get(waiting["id"])["status"] == "QUEUED"
    sent = client.messages.send({"destinationNumber": f"+{ana}", "text": "Now"})
    [got] = whatsapp.got(ana)
    assert got["text"] == "Now", "what waits has not gone out"
    followed(client, sent["id"], "DELIVERED")

    done = fits(client.messages.cancel([waiting["correlationId"], sent["id"], "msg_unknown"]), CancelMessagesResult)
    assert done["cancelled"] == [waiting["correlationId"]]
    reasons = {failed["id"]: failed["reason"] for failed in done["failed"]}
    assert reasons == {sent["id"]: "NOT_CANCELLABLE", "msg_unknown": "NOT_FOUND"}
    details = fits(client.messages.get(waiting["id"]), MessageDetails)
    assert (details["status"], details["errorCode"]) == ("CANCELED", None)


def test_the_same_key_is_the_same_message(client, whatsapp, ana):
    message = {"destinationNumber": f"+{ana}", "text": "Your order 4711 is ready."}
    first = client.messages.send(message, idempotency_key=f"ready-{ana}")
    assert client.messages.send(message, idempotency_key=f"ready-{ana}") == first
    with pytest.raises(ConflictError) as refused:
        client.messages.send({**message, "text": "Another"}, idempotency_key=f"ready-{ana}")
    assert refused.value.body["code"] == "IDEMPOTENCY_KEY_REUSED"
    followed(client, first["id"], "DELIVERED")
    assert len(whatsapp.got(ana)) == 1
    with pytest.raises(ValidationError) as refused:
        client.messages.send(message, idempotency_key="k" * 256)
    assert refused.value.body["code"] == "IDEMPOTENCY_KEY_INVALID"


def test_whoever_answers_has_read_unless_the_send_says_otherwise(client, api, ana):
    def conversation():
        listed = api.get("/v1/conversations?pageSize=100")["conversations"]
        return next(row for row in listed if row["from"] == f"+{ana}")

    assert conversation()["unreadCount"] == 1
    client.messages.send({"destinationNumber": f"+{ana}", "text": "A moment", "markRead": False})
    assert conversation()["unreadCount"] == 1
    # What is accepted without effect, and labels, which are the conversation's.
    more = {"marketingOptions": {"aiRewriteEnabled": False}, "labels": ["vip"]}
    client.messages.send({"destinationNumber": f"+{ana}", "text": "It is on its way", **more})
    assert conversation()["unreadCount"] == 0
    assert len(conversation()["labels"]) == 1


def test_somebody_without_a_phone_is_written_to_by_user_id(client, whatsapp, demo):
    user = "PT.13491208655302741918"
    whatsapp.writes(user, "Do you ship to Porto?")
    accepted = client.messages.send({"destinationNumber": user, "text": "We do."})
    assert client.messages.get(accepted["id"])["destinationNumber"] == user
    [got] = whatsapp.got(user)
    assert got["text"] == "We do."


@pytest.mark.parametrize(
    ("message", "code", "field"),
    [
        ({}, "BODY_INVALID", None),
        ({"text": ""}, "TEXT_EMPTY", None),
        ({"text": "a" * 4097}, "TEXT_TOO_LONG", None),
        ({"text": "a", "templateId": "hello_world"}, "BODY_INVALID", "text"),
        ({"text": "a", "deliverAt": "tomorrow"}, "BODY_INVALID", "deliverAt"),
        # What the official service takes and this one does not, said plainly.
        ({"media": "data:image/png;base64,AAAA"}, "MEDIA_TYPE_INVALID", "media"),
        ({"text": "a", "carousel": {"cards": []}}, "DRAFT_INVALID", "content.cards"),
        ({"flow": {"flowId": "1", "cta": "Open"}}, "DRAFT_INVALID", "content.body"),
        (
            {"text": "a", "buttons": [{"type": "call", "label": "Call", "phoneNumber": "+5511"}]},
            "NOT_SUPPORTED_FOR_META",
            "buttons[0].type",
        ),
        (
            {
                "text": "a",
                "header": {"type": "image", "content": "https://a.test/a.png"},
                "buttons": [{"type": "reply", "label": "Yes"}],
            },
            "NOT_SUPPORTED_FOR_META",
            "header.type",
        ),
    ],
)
def test_what_cannot_be_sent_says_why_and_where(client, ana, message, code, field):
    with pytest.raises(ValidationError) as refused:
        client.messages.send({"destinationNumber": f"+{ana}", **message})
    assert refused.value.body["code"] == code, refused.value
    if field is not None:
        assert refused.value.body["field"] == field
    assert str(refused.value) == refused.value.body["error"] != ""


@pytest.mark.parametrize(
    ("destination", "code"),
    [
        ({}, "DESTINATION_INVALID"),
        ({"destinationNumber": "12"}, "DESTINATION_INVALID"),
        ({"groupId": "120363000000000000@g.us"}, "META_GROUPS_NOT_ELIGIBLE"),
        ({"newsletterId": "120363000000000000@newsletter"}, "NOT_SUPPORTED_FOR_META"),
    ],
)
def test_a_message_goes_to_one_person(client, destination, code):
    with pytest.raises(ValidationError) as refused:
        client.messages.send({"text": "a", **destination})
    assert refused.value.body["code"] == code
