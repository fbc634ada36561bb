"""`pilot-inbox demo`: the program with a pretend WhatsApp behind it, on ports and data of its own."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from .program import ROOT, Running, binary, environment, printed
from .whatsapp import WhatsApp


@dataclass(frozen=True)
class Demo:
    """A running demo, and what a customer's backend knows of it."""

    #: Its origin.
    url: str
    #: A key of the whole workspace.
    tenant_key: str
    #: A key of the number.
    number_key: str
    #: The number's id, and WhatsApp's id of it.
    number: str
    phone_number_id: str
    #: The number's phone, digits.
    phone: str
    whatsapp: WhatsApp


@contextlib.contextmanager
def running_demo(settings: dict[str, str] | None = None) -> Iterator[Demo]:
    """Starts a demo, with more of the program's environment if need be, and ends it."""
    with tempfile.TemporaryDirectory(prefix="pilot-inbox-clients-") as folder:
        place = {"PILOT_DATA_DIR": folder}
        listen = {"PILOT_LISTEN": "127.0.0.1:0", "PILOT_HOST_LISTEN": "127.0.0.1:0"}
        program = Running([str(binary()), "demo"], {"PILOT_LOG": "warn", **listen, **place, **(settings or {})}, "^READY$")
        try:
            url = program.printed("PILOT_API_URL")
            number = program.printed("PILOT_NUMBER_ID")
            tenant = command(place, "tenant", "list")[0].split("\t")[0]
            created = command(place, "key", "create", "--tenant", tenant, "--number", number, "--name", "clients")
            phone = command(place, "number", "list", "--tenant", tenant)[0].split("\t")[1]
            yield Demo(
                url=url,
                tenant_key=program.printed("PILOT_API_KEY"),
                number_key=printed(created, "PILOT_API_KEY"),
                number=number,
                phone_number_id=program.printed("PILOT_PHONE_NUMBER_ID"),
                phone=phone.removeprefix("+"),
                whatsapp=WhatsApp(url),
            )
        finally:
            program.stop()


def command(place: dict[str, str], *args: str) -> list[str]:
    """What a command of the program prints, run on this installation."""
    done = subprocess.run(
        [str(binary()), *args],
        cwd=ROOT,
        env=environment({"PILOT_LOG": "warn", **place}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"pilot-inbox {' '.join(args)} failed: {done.stderr}")
    return done.stdout.splitlines()
