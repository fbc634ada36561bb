"""The pretend WhatsApp behind a demo (server/src/simulator/README.md): customers write to the number, and get what it sends."""

import itertools
from urllib.parse import quote

from .http import Http
from .waiting import eventually


class WhatsApp:
    """Plays the customers."""

    def __init__(self, url: str):
        self._http = Http(f"{url}/simulator")
        self._phones = itertools.count(5511970000000)

    def customer(self) -> str:
        """The phone of somebody who has not written yet, digits."""
        return str(next(self._phones))

    def writes(self, phone: str, text: str | None = None, **members) -> str:
        """A customer writes, and the inbox has it. Answers WhatsApp's id of the message."""
        body = {"from": phone, "name": "Ana Souza", **members}
        if text is not None:
            body["text"] = text
        return self._http.post("/messages?wait=true", body)["id"]

    def got(self, phone: str, count: int = 1) -> list[dict]:
        """The messages that reached this customer, once there are so many."""

        def look():
            items = self._http.get(f"/sent?to={phone}")["items"]
            return items if len(items) >= count else None

        return eventually(f"{count} messages to {phone}", look)

    def reports(self, message: str, status: str) -> None:
        """Tells the product what became of a message."""
        self._http.post(f"/sent/{quote(message, safe='')}/status", {"status": status})

    def refuses_next(self, phone: str, code: int) -> None:
        """The next message to this customer fails, with this code of Meta's."""
        self._http.put("/behaviour", {"failNext": [{"code": code, "when": "status", "to": phone}]})

    def example(self, file: str) -> bytes:
        """One of the files that the simulator has from the start."""
        return self._http.bytes(f"/media/{file}")
