"""Bringing a back-up back: checked, put beside, verified, and only then where the service looks."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from adapters.copies import copy_files, in_words, make_single
from adapters.locks import only_one
from adapters.postgres_tools import load
from adapters.private import private_folder
from models.database import close, reading
from rules.errors import BrokenStateError
from services.backups.manifest import (
    DOCUMENTS,
    MAIL,
    POSTGRESQL,
    SQLITE,
    Manifest,
    counts,
    documents_in,
    read_manifest,
)
from services.backups.take import broken
from services.ready import prepare


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back.

    Args:
        manifest: What the back-up says of itself.
        findings: What does not hold of it now, as ``verify`` says it.
        set_aside: Where what was there before lies now, or None where there was nothing.
    """

    manifest: Manifest
    findings: tuple[str, ...]
    set_aside: Path | None


def restore(*, source: Path, url: str, home: Path, set_aside: bool, now: datetime) -> Restored:
    """Bring a back-up into a state folder and database that hold no service.

    Args:
        source: The folder that ``take`` made.
        set_aside: Move what the state folder holds into a folder of its own in it first; never of
            PostgreSQL.

    Raises:
        BrokenStateError: It is no sound back-up, of the other kind of database, or there is a
            service already. Nothing was changed.
        AlreadyRunningError: Handrail runs on the state folder.
        StorageError: It cannot be written, or PostgreSQL's program failed.
    """
    manifest = read_manifest(source)
    _check_kind(manifest, url)
    with in_words(home), _nobody_works(home):
        before = _occupied(url, home)
        if before and (manifest.database == POSTGRESQL or not set_aside):
            raise _living(before, manifest)
        part = Path(tempfile.mkdtemp(dir=home, prefix=".restore-"))
        try:
            for name in (DOCUMENTS, MAIL):
                copy_files(source=source / name, target=part / name)
            found = _database(source, url, part, manifest)
            aside = _set_aside(before, home, now)
            _put_in_place(part, url, home)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Restored(manifest, found, aside)


def _check_kind(manifest: Manifest, url: str) -> None:
    kind = "sqlite" if manifest.database == SQLITE else "postgresql"
    if sa.make_url(url).get_backend_name() != kind:
        raise BrokenStateError(
            f"The back-up is of {'an SQLite' if kind == 'sqlite' else 'a PostgreSQL'} database, "
            "and the settings name the other kind.",
            next_step="Set or unset HANDRAIL_DATABASE_URL to fit. Nothing was changed.",
        )


@contextmanager
def _nobody_works(home: Path) -> Iterator[None]:
    private_folder(home)
    with ExitStack() as stack:
        for name, what in (("up.lock", "`handrail up`"), ("conductor.lock", "A conductor")):
            stack.enter_context(only_one(file=home / name, what=what, next_step="Stop it first."))
        yield


def _occupied(url: str, home: Path) -> list[Path | str]:
    """Return what of a service there is already: files, or the tables of a PostgreSQL database."""
    parsed = sa.make_url(url)
    found: list[Path | str] = [
        place
        for place in (documents_in(home), home / MAIL)
        if any(one.is_file() for one in place.rglob("*"))
    ]
    if parsed.get_backend_name() == "sqlite":
        file = Path(parsed.database or "")
        beside = [file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm")]
        return [*found, *(one for one in beside if one.exists())]
    with reading(url) as conn:
        tables = sa.inspect(conn).get_table_names()
    return [*found, *([f"the database {parsed.database}"] if tables else [])]


def _living(before: list[Path | str], manifest: Manifest) -> BrokenStateError:
    aside = "say --set-aside, which moves them into a folder of their own first"
    if manifest.database == POSTGRESQL:
        aside = "make an empty database and name it in HANDRAIL_DATABASE_URL"
    return BrokenStateError(
        "There is a service here already.",
        why=f"It would be written over: {', '.join(map(str, before))}.",
        next_step=f"Set HANDRAIL_HOME to a folder that is empty, or {aside}. Nothing was changed.",
    )


def _database(source: Path, url: str, part: Path, manifest: Manifest) -> tuple[str, ...]:
    """Bring the database back, to the newest version, and return what does not hold of it."""
    sqlite = manifest.database == SQLITE
    at = f"sqlite:///{part / SQLITE}" if sqlite else url
    if sqlite:
        shutil.copyfile(source / SQLITE, part / SQLITE)
    else:
        load(url=url, source=source / POSTGRESQL)
    try:
        with_all = _verified(at, part, manifest)
    finally:
        close(at)
    return with_all + tuple(make_single(part / SQLITE) if sqlite else ())


def _verified(at: str, part: Path, manifest: Manifest) -> tuple[str, ...]:
    prepare(at)
    with reading(at) as conn:
        held, found = counts(conn), broken(conn, part)
    fewer = [name for name, number in manifest.counts.items() if held[name] < number]
    return found + tuple(
        f"{name}: {held[name]} are there, and the back-up took {manifest.counts[name]}."
        for name in fewer
    )


def _set_aside(before: list[Path | str], home: Path, now: datetime) -> Path | None:
    if not before:
        return None
    aside = home / f"before-restore-{now:%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for one in before:
        shutil.move(one, aside)
    return aside


def _put_in_place(part: Path, url: str, home: Path) -> None:
    """Move what was restored to where the service looks, the database last."""
    for name, place in ((DOCUMENTS, documents_in(home)), (MAIL, home / MAIL)):
        if (part / name).exists():
            shutil.rmtree(place, ignore_errors=True)  # folders without a file in them
            shutil.copytree(part / name, place, dirs_exist_ok=True)  # a share stays mounted
            shutil.rmtree(part / name)
    if (part / SQLITE).exists():
        target = Path(sa.make_url(url).database or "")
        private_folder(target.parent)
        shutil.move(part / SQLITE, target)
