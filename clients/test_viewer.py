"""/docs in a browser that reaches nothing but the server: the API is drawn, and nothing is asked for elsewhere."""

import os
import re
import subprocess

from harness.http import Http
from harness.program import environment

BROWSER = os.environ.get("E2E_CHROMIUM", "/usr/bin/chromium")


def test_its_files_are_compressed_and_kept(demo):
    http = Http(demo.url)
    page = http.ask("GET", "/docs")
    files = re.findall(r'(?:src|href)="(/docs/[^"]+)"', page.text)
    assert sorted(files) == ["/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"]
    for file in files:
        answer = http.ask("GET", file, headers={"accept-encoding": "br"}, stream=True)
        assert (answer.status_code, answer.headers["content-encoding"]) == (200, "br"), file
        assert answer.headers["cache-control"] == "public, max-age=300"
        again = http.ask("GET", file, headers={"if-modified-since": answer.headers["last-modified"]})
        assert again.status_code == 304, file


def test_a_browser_draws_every_operation_without_a_network(demo, tmp_path):
    done = subprocess.run(
        [
            BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--enable-logging=stderr",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost", "--virtual-time-budget=20000", "--dump-dom",
            f"{demo.url}/docs",
        ],
        env=environment({}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )  # fmt: skip
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert not complaints, complaints
    drawn = len(re.findall(r'class="opblock opblock-', done.stdout))
    operations = Http(demo.url).get("/openapi.json")["paths"]
    assert drawn == sum(len(methods) for methods in operations.values())
    # Nowhere to put a key, and nothing to send.
    for word in ("authorize", "try-out", "<input", "<form"):
        assert word not in done.stdout, word
