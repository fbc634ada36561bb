"""The official client, led to a server of ours: its own address is fixed, but it takes a transport."""

import urllib.request

from pilot_status import PilotStatusClient

#: Where the client would go by itself.
THERE = "https://pilotstatus.com.br"


def transport_to(url: str):
    """A transport that sends every request of the client to this server, and none anywhere else."""
    # Without the proxies of the environment: the server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def send(request: urllib.request.Request, timeout: float):
        # A request that is tried again has been led here before.
        assert request.full_url.startswith((f"{THERE}/", f"{url}/")), request.full_url
        request.full_url = request.full_url.replace(THERE, url, 1)
        with opener.open(request, timeout=timeout) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, headers, answer.read().decode()

    return send


def client_of(url: str, key: str, number: str | None = None) -> PilotStatusClient:
    """A client with this key; `number` is the one that a key of the workspace acts on."""
    return PilotStatusClient(api_key=key, whatsapp_number_id=number, transport=transport_to(url))
