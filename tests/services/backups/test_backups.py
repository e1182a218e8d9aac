"""Back-ups: taken while decisions are recorded, whole or not at all, and brought back."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters import postgres_tools
from adapters.locks import only_one
from adapters.settings import settings
from models.database import close, engine_for, reading, writing
from models.tables.record import Decision
from rules.errors import AlreadyRunningError, BrokenStateError, HandrailError, StorageError
from services.backups.manifest import SEAL
from services.backups.restore import Restored, restore
from services.backups.take import take
from services.verification.against_seal import against_seal
from services.verification.seal import read_seal
from tests.databases import fresh_database
from tests.factories import case_at
from tests.journeys.commands import HOUSE
from tests.looking import contents
from tests.served import url
from tests.small_service import NOW

__all__ = ["url"]


@pytest.fixture
def home() -> Path:
    """Return the state folder in force."""
    return settings().resolved_home


@contextmanager
def recording(reference: str) -> Iterator[subprocess.Popen[str]]:
    """Record decisions on a case in a process of its own for as long as the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.services.backups.recording", reference],
        cwd=HOUSE,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        if process.stdin:
            process.stdin.close()


def heard(process: subprocess.Popen[str], number: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline().strip() for _ in range(number)]


@contextmanager
def empty_place(kind: str, ground: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Give a database without a table, and a state folder that is not there yet."""
    place = folder / "elsewhere"
    if kind == "sqlite":
        yield f"sqlite:///{place / 'handrail.db'}", place
        close(f"sqlite:///{place / 'handrail.db'}")
        return
    with fresh_database(kind=kind, ground=ground, folder=folder) as empty:
        with engine_for(empty).begin() as conn:
            conn.exec_driver_sql("DROP SCHEMA public CASCADE")
            conn.exec_driver_sql("CREATE SCHEMA public")
        yield empty, place


def declared(url: str) -> list[str]:
    kind = Decision.kind == "declaration"
    with reading(url) as conn:
        facts = conn.execute(sa.select(Decision.facts).where(kind).order_by(Decision.id)).scalars()
        return [one["reference"] for one in facts]


def brought_back(backup: Path, url: str, home: Path, *, set_aside: bool = False) -> Restored:
    return restore(source=backup, url=url, home=home, set_aside=set_aside, now=NOW)


def test_nothing_recorded_before_is_missing_from_a_backup_taken_meanwhile(
    url: str, home: Path, database_kind: str, ground: Path, tmp_path: Path
) -> None:
    reference = case_at(url, "approve")
    backup = tmp_path / "backup"
    with recording(reference) as process:
        before = heard(process, 5)
        taken = take(url=url, home=home, to=backup, now=NOW)
        after = heard(process, 5)
    assert taken.findings == ()
    assert taken.counts["documents"] > 0
    assert [one for one in (backup, *backup.rglob("*")) if one.stat().st_mode & 0o077] == []
    with empty_place(database_kind, ground, tmp_path) as (other, place):
        done = brought_back(backup, other, place)
        assert done.findings == ()
        with reading(other) as conn:
            changed, _ = against_seal(conn, read_seal(backup / SEAL), known_key=None)
        assert changed == []
        kept = declared(other)
        assert kept[:5] == before
        assert kept == [f"D-{number}" for number in range(1, len(kept) + 1)]
        assert len(kept) < len(before) + len(after) + len(declared(url))
        documents = sorted((home / "documents").rglob("*.*"))
        assert [one.name for one in sorted((place / "documents").rglob("*.*"))] == [
            one.name for one in documents
        ]


def test_a_full_disk_is_said_and_leaves_nothing(
    url: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(url, "approve")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("adapters.copies.shutil.copyfile", full)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StorageError, match=r"No space left on device.*Make room"):
        take(url=url, home=home, to=tmp_path / "backup", now=NOW)
    assert sorted(tmp_path.iterdir()) == before


def test_a_backup_is_not_written_over_another(url: str, home: Path, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(BrokenStateError, match=r"something at .*backup already"):
        take(url=url, home=home, to=tmp_path / "backup", now=NOW)


def test_what_does_not_hold_is_said_of_the_copy_and_again_when_it_is_brought_back(
    url: str, home: Path, database_kind: str, ground: Path, tmp_path: Path
) -> None:
    case_at(url, "approve")
    with writing(url) as conn:
        conn.execute(sa.update(Decision).values(reason="for another reason"))
    next((home / "documents").rglob("*.html")).write_bytes(b"another letter")
    taken = take(url=url, home=home, to=tmp_path / "backup", now=NOW)
    assert any("not the document that was stored" in one for one in taken.findings)
    assert any("as a decision" in one for one in taken.findings)
    with empty_place(database_kind, ground, tmp_path) as (other, place):
        assert brought_back(tmp_path / "backup", other, place).findings == taken.findings


def spoilt(backup: Path) -> None:
    file = next((backup / "documents").rglob("*.html"))
    file.write_bytes(file.read_bytes() + b" ")


def test_a_living_service_is_never_written_over_without_a_word(
    url: str, home: Path, database_kind: str, tmp_path: Path
) -> None:
    case_at(url, "approve")
    backup = tmp_path / "backup"
    take(url=url, home=home, to=backup, now=NOW)
    before = contents(url)
    with pytest.raises(BrokenStateError, match="There is a service here already"):
        brought_back(backup, url, home)
    with (
        only_one(file=home / "up.lock", what="`handrail up`", next_step=""),
        pytest.raises(AlreadyRunningError, match="already running"),
    ):
        brought_back(backup, url, home, set_aside=True)
    if database_kind == "postgresql":
        with pytest.raises(BrokenStateError, match="make an empty database"):
            brought_back(backup, url, home, set_aside=True)
    assert contents(url) == before
    spoilt(backup)
    with pytest.raises(BrokenStateError, match=r"not as it was taken.*Missing, changed or added"):
        brought_back(backup, url, home, set_aside=True)
    assert contents(url) == before


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_was_here_is_moved_aside_on_a_word(
    url: str, home: Path, database_kind: str, tmp_path: Path
) -> None:
    case_at(url, "approve")
    backup = tmp_path / "backup"
    take(url=url, home=home, to=backup, now=NOW)
    before = contents(url)
    close(url)
    (home / "handrail.db").write_bytes(b"spoilt")
    done = brought_back(backup, url, home, set_aside=True)
    assert done.findings == ()
    assert contents(url) == before
    assert done.set_aside is not None
    assert (done.set_aside / "handrail.db").read_bytes() == b"spoilt"
    assert [*(done.set_aside / "documents").rglob("*.html")]


def test_a_machine_without_postgresqls_programs_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_tools, "PACKAGED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HandrailError, match=r"pg_restore is not on this machine.*client"):
        postgres_tools.load(url="postgresql://a@localhost/b", source=tmp_path)


def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenStateError, match="no back-up that can be restored"):
        brought_back(tmp_path, f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "home")
    assert not (tmp_path / "home").exists()


@pytest.mark.sqlite
def test_documents_that_several_machines_share_are_backed_up_and_brought_back_to_the_share(
    url: str, home: Path, ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(url, "approve")
    share = tmp_path / "share"
    settings().documents_folder.rename(share)
    kept = {file.relative_to(share): file.read_bytes() for file in share.rglob("*.*")}
    monkeypatch.setenv("HANDRAIL_DOCUMENTS", str(share))
    settings.cache_clear()
    taken = take(url=url, home=home, to=tmp_path / "backup", now=NOW)
    assert (taken.findings, taken.counts["documents"] > 0) == ((), True)
    with empty_place("sqlite", ground, tmp_path) as (empty, place):
        with pytest.raises(BrokenStateError, match=str(share)):
            brought_back(tmp_path / "backup", empty, place)
        for file in kept:
            (share / file).unlink()
        assert brought_back(tmp_path / "backup", empty, place).findings == ()
    assert {file: (share / file).read_bytes() for file in kept} == kept
