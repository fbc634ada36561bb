"""One demo for each file of tests. A test makes its own customer and touches no other's conversation."""

from collections.abc import Iterator

import pytest
from pilot_status import PilotStatusClient

from harness.demo import Demo, running_demo
from harness.here import client_of
from harness.http import Http
from harness.whatsapp import WhatsApp


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with running_demo() as demo:
        yield demo


@pytest.fixture(scope="module")
def whatsapp(demo: Demo) -> WhatsApp:
    return demo.whatsapp


@pytest.fixture(scope="module")
def client(demo: Demo) -> PilotStatusClient:
    """The official client with the number's key."""
    return client_of(demo.url, demo.number_key)


@pytest.fixture(scope="module")
def tenant(demo: Demo) -> PilotStatusClient:
    """The official client with the workspace's key, at the number."""
    return client_of(demo.url, demo.tenant_key, demo.number)


@pytest.fixture(scope="module")
def api(demo: Demo) -> Http:
    """The public API with the number's key, for what the official client has no call for."""
    return Http(demo.url, {"x-api-key": demo.number_key})


@pytest.fixture
def ana(whatsapp: WhatsApp) -> str:
    """The phone of a customer who has just written."""
    phone = whatsapp.customer()
    whatsapp.writes(phone, "Is my order on its way?")
    return phone
