"""Numbers are connected with the official Python client: by a code that a backend shows itself, and by a link that somebody else gets."""

import pytest
from pilot_status import (
    ConflictError,
    CreateNumberResult,
    ForbiddenError,
    NumberConnectResult,
    RemotePairingConnectResult,
    RemotePairingInfo,
    RemotePairingResult,
    RemotePairingStatus,
    ValidationError,
)

from harness.http import Http
from harness.types import fits
from harness.waiting import eventually


@pytest.fixture(scope="module")
def phones(demo) -> Http:
    """The pretend phones, which scan."""
    return Http(f"{demo.url}/simulator")


def test_a_number_is_made_and_its_code_scanned(tenant, phones):
    made = fits(
        tenant.numbers.create(
            {"name": "Sales", "number": "+5511966660001", "linkToApiKey": True, "settings": {"markReadOnSend": False}}
        ),
        CreateNumberResult,
    )
    assert made["instance"]["state"] == "CONNECTING"
    assert made["qrcodeBase64"].startswith("data:image/png;base64,")
    assert made["primaryLink"]["pairingCode"] == made["pairingCode"]
    assert made["linkedApiKeyId"] is None and made["secondaryLink"] is None
    number = made["instance"]["id"]
    code = fits(tenant.numbers.connect(number), NumberConnectResult)
    assert code["pairingCode"] == made["pairingCode"]

    phones.post("/linked/scan", {"pairingCode": code["pairingCode"]})
    eventually("it to be connected", lambda: tenant.numbers.get_status(number)["state"] == "OPEN" or None)
    assert tenant.numbers.get(number)["settings"]["markReadOnSend"] is False
    with pytest.raises(ConflictError):
        tenant.numbers.connect(number)


def test_somebody_else_connects_a_number(tenant, phones):
    made = fits(
        tenant.numbers.remote_pairing({"name": "Branch", "number": "+5511966660002", "sendViaWhatsApp": True}),
        RemotePairingResult,
    )
    assert made["instance"]["state"] == "CLOSE"
    token = made["remotePairingUrl"].rsplit("/", 1)[1]
    info = fits(tenant.remote_pairing.get_info(token), RemotePairingInfo)
    assert (info["valid"], info["name"], info["maskedNumber"]) == (True, "Branch", "+551196****0002")
    assert fits(tenant.remote_pairing.get_status(token), RemotePairingStatus)["state"] == "CLOSE"
    code = fits(tenant.remote_pairing.connect(token), RemotePairingConnectResult)
    assert tenant.remote_pairing.get_status(token)["state"] == "CONNECTING"

    phones.post("/linked/scan", {"pairingCode": code["pairingCode"]})

    def is_open():
        status = fits(tenant.remote_pairing.get_status(token), RemotePairingStatus)
        return status if status["isFullyConnected"] else None

    assert eventually("it to be connected", is_open)["state"] == "OPEN"
    assert fits(tenant.remote_pairing.get_info(token), RemotePairingInfo) == {"valid": False, "reason": "USED"}
    with pytest.raises(ConflictError):
        tenant.remote_pairing.connect(token)


def test_what_cannot_be_connected_is_refused(client, tenant):
    with pytest.raises(ForbiddenError) as refused:
        client.numbers.create({"name": "Sales", "number": "+5511966660003"})
    assert refused.value.body["code"] == "NUMBER_SCOPE_NOT_ALLOWED"
    with pytest.raises(ValidationError):
        tenant.numbers.create({"name": "Sales", "number": "123"})
    assert tenant.remote_pairing.get_info("rp_1") == {"valid": False, "reason": "UNKNOWN"}
