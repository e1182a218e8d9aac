"""One browser for all tests of pages, and one service, with cases in it, to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, served_desk
from tests.factories import case_at
from tests.personal import retained
from tests.served import served_at, sqlite_service

__all__ = ["sqlite_service"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the browser."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def looked_at(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve one service for pages that are only looked at; add what yours needs to be full."""
    with pytest.MonkeyPatch.context() as patched:
        for url in served_at("sqlite", ground, tmp_path_factory.mktemp("pages"), patched):
            case_at(url, "price")
            case_at(url, "approve", reference="DFG-2", route="call_off")
            case_at(url, "works", reference="DFG-3", route="pre_priced")
            retained(url)
            with served_desk() as base:
                yield base


@pytest.fixture
def desk(sqlite_service: str) -> Iterator[str]:
    """Serve the small service to one test, which may change it; gives the address."""
    with served_desk() as base:
        yield base
