"""Where a walk leads, kept: the first test of a run walks a case, the others copy what it left.

What is copied is what the real services wrote: rows, documents and messages, and how late it was
by then. It is kept by the kind
of database, the clock, everything on the audit so far and the walk's name, so that a test which
prepares anything in another way walks for itself.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from adapters import clock
from adapters.settings import settings
from models.base import Base
from models.database import engine_for, reading
from models.tables.record import Audit
from tests.ground import VARIABLE, made_once
from tests.services.imports.importing import contents

KEEPING: Final = "HANDRAIL_TEST_KEEPING"
"""Set by the fixtures of ``tests.served``, in whose databases walks may be kept."""

_WALK_AGAIN: Final = "walk again"
_ENDS: Final = Base.metadata.tables["chain"]
_FOLDERS: Final = ("documents", "mail")


def kept(url: str, *, name: str, walk: Callable[[], object]) -> None:
    """Bring a service to where a walk leads: by walking the first time, by copying afterwards.

    Args:
        url: The database.
        name: What is walked, with everything that it depends on.
        walk: Walks it.
    """
    if KEEPING not in os.environ or settings().mail != "maildir":
        walk()
        return
    ground = Path(os.environ[VARIABLE])
    key = _key(url, name)
    walked = False

    def make() -> str:
        nonlocal walked
        walked = True
        before = contents(url)
        walk()
        return _keep(ground / f"kept-{key}", before, contents(url))

    folder = made_once(ground=ground, name=f"{key}.kept", make=make)
    if walked:
        return
    if folder == _WALK_AGAIN:
        walk()
    else:
        _copy(url, Path(folder))


def _key(url: str, name: str) -> str:
    with reading(url) as conn:
        audit = conn.execute(sa.select(Audit.hash).order_by(Audit.id)).scalars().all()
    parts = (sa.make_url(url).get_backend_name(), clock.now().isoformat(), name, *audit)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _keep(folder: Path, before: dict[str, list[Any]], after: dict[str, list[Any]]) -> str:
    """Keep what a walk added; where it also changed what was there, say that it must be walked.

    Where the service's chain ends is changed by every import, and copied over what was there.
    """
    others = before.keys() - {_ENDS.name}
    if any(not set(map(repr, before[table])) <= set(map(repr, after[table])) for table in others):
        return _WALK_AGAIN
    added = {table: [r for r in after[table] if r not in before[table]] for table in after}
    folder.mkdir()
    (folder / "clock").write_text(clock.now().isoformat(), encoding="ascii")
    (folder / "rows").write_bytes(pickle.dumps({t: found for t, found in added.items() if found}))
    for part in _FOLDERS:
        if (settings().resolved_home / part).exists():
            shutil.copytree(settings().resolved_home / part, folder / part)
    return str(folder)


def _copy(url: str, folder: Path) -> None:
    added = pickle.loads((folder / "rows").read_bytes())  # noqa: S301 - written by this very run
    with engine_for(url).begin() as conn:  # the ledger is copied with all the rest
        for table in Base.metadata.sorted_tables:
            if table.name in added:
                names = [column.name for column in table.columns]
                rows = [dict(zip(names, row, strict=True)) for row in added[table.name]]
                if table is _ENDS:
                    named = [row["name"] for row in rows]
                    conn.execute(sa.delete(table).where(table.c.name.in_(named)))
                conn.execute(sa.insert(table), rows)
                _count_on(conn, table, rows)
    file = settings().clock_file
    assert file is not None, "walks are kept for tests that move a clock of their own"
    instant = datetime.fromisoformat((folder / "clock").read_text(encoding="ascii"))
    clock.set_clock_file(file=file, instant=instant)
    for part in _FOLDERS:
        if (folder / part).exists():
            shutil.copytree(folder / part, settings().resolved_home / part, dirs_exist_ok=True)


def _count_on(conn: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Let PostgreSQL number the next row after those that were copied with their numbers."""
    if conn.dialect.name == "postgresql" and "id" in table.columns:
        last = max(row["id"] for row in rows)
        sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
        conn.exec_driver_sql(f"SELECT setval({sequence}, {last})")
