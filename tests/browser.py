"""What tests in a real browser share: the browser, the app as its own process, and a guard on every request."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
_PAUSE = threading.Event()  # never set: a pause between two looks
START = 120  # seconds the app may take to answer at all


def find_browser() -> str:
    """The system's browser; without one the test is skipped, or fails where checks run."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"no browser found: install one of {', '.join(NAMES)} to run this test")
    return str(found)


@contextmanager
def open_browser() -> Iterator[Browser]:
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def run_app(corpus: Path, log: Path) -> Iterator[str]:
    """The app on this corpus, on a free port of this machine; its address. Stopped by its own process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    with log.open("wb") as out:
        app = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "LACUNA_CORPUS": str(corpus)}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _wait(app, address, log)
            yield address
        finally:
            app.terminate()
            app.wait(timeout=30)


def _wait(app: subprocess.Popen[bytes], address: str, log: Path) -> None:
    give_up = time.monotonic() + START
    while app.poll() is None and time.monotonic() < give_up:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            _PAUSE.wait(0.1)
    pytest.fail(f"the app did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def guard(context: BrowserContext, address: str) -> list[str]:
    """Let requests through to this address only; the list fills with every other one that was tried."""
    refused: list[str] = []

    def judge(route):  # type: ignore[no-untyped-def]
        url = route.request.url
        if url.startswith((address + "/", "data:", "blob:")):
            route.continue_()
        else:
            refused.append(url)
            route.abort()

    def listen(page: Page) -> None:
        page.on("websocket", lambda socket: None if socket.url.startswith(ours) else refused.append(socket.url))

    ours = address.replace("http", "ws", 1) + "/"
    context.route("**/*", judge)
    context.on("page", listen)
    return refused


def settle(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
