"""`handrail backup` and `restore` as they are typed: what they say, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.settings import settings
from models.database import writing
from models.tables.record import Decision
from tests.factories import case_at
from tests.journeys.commands import asked, handrail, refused, typed
from tests.looking import contents


def test_a_service_is_backed_up_and_brought_back(
    sqlite_service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(sqlite_service, "approve")
    before = contents(sqlite_service)
    assert "The copy is whole and verified." in handrail("backup", str(tmp_path / "copy"))
    assert "There is something at" in refused("backup", str(tmp_path / "copy"))
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path / "new"))
    monkeypatch.delenv("HANDRAIL_DATABASE_URL")
    settings.cache_clear()
    assert "Everything holds." in handrail("restore", str(tmp_path / "copy"))
    assert contents(settings().resolved_database_url) == before
    assert asked("verify")["sound"]
    assert "There is a service here already." in refused("restore", str(tmp_path / "copy"))


def test_a_record_that_does_not_hold_is_copied_and_said(
    sqlite_service: str, tmp_path: Path
) -> None:
    case_at(sqlite_service, "price")
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(Decision).values(reason="for another reason"))
    said = typed("backup", str(tmp_path / "copy"))
    assert said.status == 1
    assert "error: DFG-1: " in said.err
    assert (tmp_path / "copy" / "manifest.json").exists()
