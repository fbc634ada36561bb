"""Calls of the official Python client that this server does not answer yet, or never will, with the answers that they get today.

Whoever adds one of them finds it here: the test fails, and its row moves to the tests of what is answered.
"""

import inspect

import pytest
from pilot_status import PilotStatusClient, PilotStatusHttpError

#: There is no such address.
NOWHERE = (404, {"error": "There is nothing at this address.", "code": "NOT_FOUND"})
#: There is, and it takes other methods.
NOT_SO = (405, {"error": "This address exists, but not for this method.", "code": "METHOD_NOT_ALLOWED"})

#: Calls that other files of this folder make.
ANSWERED = {
    "api_keys.list",
    "api_keys.regenerate_number",
    "groups.list",
    "media.download",
    "messages.cancel",
    "messages.get",
    "messages.history",
    "messages.send",
    "numbers.connect",
    "numbers.create",
    "numbers.delete",
    "numbers.get",
    "numbers.get_status",
    "numbers.list",
    "numbers.purge",
    "numbers.remote_pairing",
    "numbers.restore",
    "numbers.update",
    "numbers.update_settings",
    "remote_pairing.connect",
    "remote_pairing.get_info",
    "remote_pairing.get_status",
"newsletters.list",
    "templates.get",
    "templates.list",
}

#: What an inbox needs, and nobody has built yet.
NOT_YET = {
}

VERIFICATION = {
    "document_type": "CPF",
    "document_number": "12345678900",
    "contact_email": "ana@example.com",
    "contact_whatsapp": "+5511999990001",
    "document": "data:application/pdf;base64,JVBERi0=",
    "idempotency_key": "once",
}

#: What is no part of an inbox: billing, second links, analytics, projects, advertisements, leads, calls, phone lines.
NEVER = {
    "ads.link_account": lambda it: it("act_1"),
    "ads.list_accounts": lambda it: it(),
    "ads.summary": lambda it: it(),
    "ads.unlink_account": lambda it: it("act_1"),
    "analytics.get_dashboard_stats": lambda it: it(),
    "calls.accept": lambda it: it("call_1", "v=0"),
    "calls.get": lambda it: it("call_1"),
    "calls.get_permissions": lambda it: it("+5511999990001"),
    "calls.get_settings": lambda it: it(),
    "calls.initiate": lambda it: it({"to": "+5511999990001", "sdp": "v=0"}),
    "calls.list": lambda it: it(),
    "calls.play": lambda it: it("call_1", "https://files.example.com/a.mp3"),
    "calls.pre_accept": lambda it: it("call_1", "v=0"),
    "calls.realtime_session": lambda it: it("call_1", mode="listen"),
    "calls.reject": lambda it: it("call_1"),
    "calls.request_permission": lambda it: it("+5511999990001"),
    "calls.terminate": lambda it: it("call_1"),
    "calls.update_settings": lambda it: it({}),
    "lead_pages.link": lambda it: it("1"),
    "lead_pages.list": lambda it: it(),
    "lead_pages.list_forms": lambda it: it("1"),
    "lead_pages.resync": lambda it: it("1"),
    "lead_pages.unlink": lambda it: it("1"),
    "lead_pages.update": lambda it: it("1", whatsapp_number_id="wn_1"),
    "lead_pages.update_form": lambda it: it("1", "2", {}),
    "leads.get": lambda it: it("lead_1"),
    "leads.list": lambda it: it(),
    "numbers.pay": lambda it: it("wn_1"),
    "numbers.upgrade_to_dual": lambda it: it("wn_1"),
    "phone_lines.get_activation_audio": lambda it: it("1"),
    "phone_lines.verification.confirm_contact": lambda it: it("email", "123456"),
    "phone_lines.verification.get": lambda it: it(),
    "phone_lines.verification.send_contact_code": lambda it: it("email"),
    "phone_lines.verification.start": lambda it: it(**VERIFICATION),
    "phone_lines.verification.submit_document": lambda it: it("12345678900"),
    "projects.create": lambda it: it({"name": "Shop"}),
    "projects.list": lambda it: it(),
    "referrals.list": lambda it: it(),
    "referrals.summary": lambda it: it(),
}

MISSING = {**NOT_YET, **{name: (call, NOWHERE) for name, call in NEVER.items()}}


def calls_of(holder, prefix: str = "") -> set[str]:
    """Every call that can be made on a client, by its dotted name."""
    found = set()
    for name, part in vars(holder).items():
        if name.startswith("_"):
            continue
        for method, _ in inspect.getmembers(part, inspect.ismethod):
            if not method.startswith("_"):
                found.add(f"{prefix}{name}.{method}")
        found |= calls_of(part, f"{prefix}{name}.")
    return found


def test_every_call_of_the_client_is_either_made_or_missing(client):
    assert calls_of(client) == ANSWERED | set(MISSING)
    assert not ANSWERED & set(MISSING)


@pytest.mark.parametrize("name", sorted(MISSING))
def test_a_missing_call_says_that_it_is_missing(client: PilotStatusClient, name: str):
    call, (status, body) = MISSING[name]
    part = client
    for step in name.split("."):
        part = getattr(part, step)
    with pytest.raises(PilotStatusHttpError) as refused:
        call(part)
    assert (refused.value.status, refused.value.body) == (status, body)
    assert str(refused.value) == body["error"]
