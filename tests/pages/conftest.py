"""One browser for all tests of pages, and one service, with cases in it, to look at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from adapters.uploads import keep_upload
from desk.imports.previews import keep_preview
from models.database import reading
from models.people import actor_for
from tests.batch_awards import asked as batch_award_asked
from tests.browser import chromium, served_desk
from tests.factories import bring, case_at
from tests.partnering import partnered
from tests.personal import retained
from tests.repricing import asked_for
from tests.served import served_at, sqlite_service
from tests.small_service import PLANS, TERMS, TESS
from tests.stating import allow, stated

__all__ = ["sqlite_service"]

_CLOSED: Final = b"authority,day,title\nRBC,2026-12-24,Town Hall closed\n"
_WRONG: Final = b"authority,day,title\nRBC,24/12/26,Town Hall closed\nNO,2026-12-25,x\n"


def _address(file: bytes) -> str:
    return f"/imports/{hashlib.sha256(file).hexdigest()[:16]}?kind=closures"


CLOSURES: Final = _address(_CLOSED)
"""Where a file that Tess sent is looked at."""

REFUSED: Final = _address(_WRONG)
"""Where one with problems is."""


def _send(url: str, file: bytes) -> None:
    with reading(url) as conn:
        tess = actor_for(conn, identity=TESS)
    typed = {"kind": "closures", "schedule": "", "valid_from": "", "index_percent": ""}
    keep_preview(tess, keep_upload(data=file, name="closures.csv", whose=TESS), typed)


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
            case_at(url, "tender", reference="DFG-5")
            asked_for(url)
            batch_award_asked(url)
            retained(url)
            allow(url)
            stated(url)
            for kind in PLANS:
                bring(url, kind, TERMS[kind])
            partnered(url)
            for file in (_CLOSED, _WRONG):
                _send(url, file)
            with served_desk() as base:
                yield base


@pytest.fixture
def desk(sqlite_service: str) -> Iterator[str]:
    """Serve the small service to one test, which may change it; gives the address."""
    with served_desk() as base:
        yield base
