"""The small service as fixtures: in a fresh database, with a clock that the test may move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from adapters import documents
from adapters.settings import settings
from tests import engines, postgres
from tests.databases import Stock, fresh_database
from tests.factories import live_at, service
from tests.kept import KEEPING
from tests.small_service import NOW

engines.share()

SERVED: Final = Stock("served", service)


@pytest.fixture
def url(
    database_kind: str, ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Give the small service on each kind of database."""
    yield from served_at(database_kind, ground, tmp_path, monkeypatch)


@pytest.fixture
def sqlite_service(ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the small service on SQLite, for what is long and the same on every database."""
    yield from served_at("sqlite", ground, tmp_path, monkeypatch)


def served_at(
    kind: str, ground: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Give the small service on a kind of database, its state in a folder."""
    # HTML only, as on a machine without Pango: a PDF takes longer than everything else.
    monkeypatch.setattr(documents, "render_pdf", lambda _html: None)
    monkeypatch.setenv(KEEPING, "1")
    monkeypatch.setenv("HANDRAIL_HOME", str(folder))
    monkeypatch.setenv("HANDRAIL_CLOCK_FILE", str(folder / "clock"))
    # One key for all, as mail that was sent on a walk is copied with it.
    monkeypatch.setenv("HANDRAIL_LINK_KEY", str(ground / "link.key"))
    settings.cache_clear()
    live_at(NOW)
    with ExitStack() as stack:
        stack.callback(settings.cache_clear)
        try:
            url = stack.enter_context(
                fresh_database(kind=kind, ground=ground, folder=folder, stock=SERVED)
            )
        except postgres.PostgresMissingError as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
        monkeypatch.setenv("HANDRAIL_DATABASE_URL", url)
        settings.cache_clear()
        yield url
