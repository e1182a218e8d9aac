"""Signing in with a provider of OpenID Connect that somebody else made."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import httpx2 as httpx
import pytest

from tests.desk.people.provider import free_port
from tests.desk.people.test_council_pages import let_in
from tests.desk.web.desk import BASE, Desk
from tests.small_service import TESS


def test_it_works_with_a_provider_that_somebody_else_made(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*words, "--host", "127.0.0.1"], env=os.environ, **quiet) as process:  # type: ignore[call-overload]  # two of one kind
        try:
            answers(f"{issuer}/.well-known/openid-configuration")
            person = {"preferred_username": TESS}
            httpx.put(f"{issuer}/users/s-9", json=person).raise_for_status()
            let_in(monkeypatch, issuer)
            desk = Desk()
            to = desk.get("/sign-in/council").headers["location"]
            back = httpx.post(to, data={"sub": "s-9"}).headers["location"]
            assert desk.get(back.removeprefix(BASE)).status_code == 303
            assert "Tess Tyler" in desk.get("/account").text
        finally:
            process.terminate()


def answers(address: str) -> None:
    """Wait until something answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"nothing answers at {address}")
