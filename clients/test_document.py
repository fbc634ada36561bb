"""Schemathesis over /openapi.json: whatever is sent, the answer is one that the document names, of the form that it gives, and never
our fault. Once with a key of the workspace, once with a key of the number."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

from harness.demo import Demo
from harness.http import Http
from harness.program import ROOT, environment
from harness.whatsapp import WhatsApp

#: After so many seconds it hangs.
LONGEST_S = 900


@pytest.fixture(scope="module")
def things(demo: Demo, whatsapp: WhatsApp, api: Http) -> dict[str, str]:
    """Ids of things that are there, for schemathesis.toml."""
    phone = whatsapp.customer()
    whatsapp.writes(phone, "Is my order on its way?")
    sent = api.post("/v1/messages/send", {"destinationNumber": f"+{phone}", "text": "It is."})
    whatsapp.got(phone)
    headers = {"content-type": "application/pdf"}
    file = api.ask("POST", "/v1/media?kind=document", headers=headers, data=whatsapp.example("1004"))
    return {"A_MESSAGE": sent["id"], "A_FILE": file.json()["id"]}


def run(demo: Demo, things: dict[str, str], folder: Path, key: str, *more: str) -> None:
    program = Path(sysconfig.get_path("scripts")) / "schemathesis"
    done = subprocess.run(
        [
            str(program), "--config-file", str(ROOT / "clients/schemathesis.toml"),
            "run", f"{demo.url}/openapi.json", "--include-path-regex", "^/v1/", "--no-color",
            "--phases", "examples,coverage,fuzzing,stateful", "--header", f"x-api-key: {key}", *more,
        ],
        # It leaves notes in the folder where it runs.
        cwd=folder,
        env=environment(things),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    operations = Http(demo.url).get("/openapi.json")["paths"]
    count = sum(len(methods) for path, methods in operations.items() if path.startswith("/v1/"))
    assert f"Tested: {count}\n" in done.stdout, done.stdout


def test_with_a_key_of_the_workspace(demo, things, tmp_path):
    run(demo, things, tmp_path, demo.tenant_key, "--header", f"x-whatsapp-number-id: {demo.number}")


def test_with_a_key_of_the_number(demo, things, tmp_path):
    run(demo, things, tmp_path, demo.number_key)


def test_without_a_key(demo):
    """Every operation of the public API asks for one, but those of a link, which is one itself."""
    http = Http(demo.url)
    for path, methods in http.get("/openapi.json")["paths"].items():
        for method in methods:
            if path.startswith("/v1/") and not path.startswith("/v1/remote-pairing/"):
                answer = http.ask(method.upper(), path.replace("{id}", "any"))
                assert (answer.status_code, answer.json()["code"]) == (401, "API_KEY_MISSING"), f"{method} {path}"
