"""Plain HTTP to a server on this machine, for what a client under test does not do itself."""

from typing import Any

import requests


class Http:
    """Requests to one server; an answer that is no success fails the test."""

    def __init__(self, url: str, headers: dict[str, str] | None = None):
        self._url = url
        self._session = requests.Session()
        # The server is on this machine: a proxy of the environment is not asked.
        self._session.trust_env = False
        self._session.headers.update(headers or {})

    def ask(self, method: str, path: str, **how: Any) -> requests.Response:
        """The answer, whatever it is."""
        return self._session.request(method, f"{self._url}{path}", timeout=30, **how)

    def get(self, path: str) -> Any:
        return self._good("GET", path).json()

    def post(self, path: str, body: Any) -> Any:
        return self._good("POST", path, json=body).json()

    def put(self, path: str, body: Any) -> Any:
        return self._good("PUT", path, json=body).json()

    def bytes(self, path: str) -> bytes:
        return self._good("GET", path).content

    def _good(self, method: str, path: str, **how: Any) -> requests.Response:
        answer = self.ask(method, path, **how)
        assert answer.ok, f"{method} {path} answered {answer.status_code}: {answer.text}"
        return answer
