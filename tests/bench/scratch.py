"""Where a measurement works: a home and databases of its own, thrown away afterwards.

On PostgreSQL each is a schema in the database that was named; on SQLite a file, beside the one that
was named. So nothing that is there already is read or changed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from adapters.settings import settings
from models.base import Base
from models.database import dispose, engine_for, writing
from models.tables.contractors import Contractor
from tests import factories
from tests.bench.copies import analyze
from tests.bench.either import prepare
from tests.small_service import NOW


@dataclass(slots=True)
class Scratch:
    """The databases of one measurement.

    Args:
        home: The folder that is Handrail's home meanwhile.
        database: The URL whose database they are on, or empty for files in the home.
    """

    home: Path
    database: str
    made: list[str] = field(default_factory=list)

    def fresh(self, name: str) -> str:
        """Make an empty database, with nothing in it but the migrations, and put it in force."""
        url = self._place(name)
        factories.live_at(NOW)
        prepare(url)
        return url

    def copy(self, url: str, name: str) -> str:
        """Make a database that holds the same as another, and put it in force."""
        engine_for(url).dispose()  # moves SQLite's log into the file, which is copied
        copy = self._place(name)
        if sa.make_url(url).get_backend_name() == "sqlite":
            shutil.copyfile(str(sa.make_url(url).database), str(sa.make_url(copy).database))
        else:
            prepare(copy)
            _copy_rows(copy, old=_schema(url), new=_schema(copy))
        return copy

    def use(self, url: str) -> None:
        """Put a database in force, for this process and those that it starts."""
        os.environ |= {
            "HANDRAIL_HOME": str(self.home),
            "HANDRAIL_CLOCK_FILE": str(self.home / "clock"),
            "HANDRAIL_DATABASE_URL": url,
        }
        settings.cache_clear()

    def _place(self, name: str) -> str:
        url = self._url(f"bench_{os.getpid()}_{name}")
        self.made.append(url)
        self.use(url)
        return url

    def _url(self, name: str) -> str:
        if not self.database:
            return f"sqlite:///{self.home / name}.db"
        url = sa.make_url(self.database)
        if url.get_backend_name() == "sqlite":
            beside = Path(str(url.database)).absolute().with_name(f"{name}.db")
            return f"sqlite:///{beside}"
        with engine_for(self.database).begin() as conn:
            conn.execute(sa.schema.CreateSchema(name))
        there = url.update_query_dict({"options": f"-csearch_path={name}"})
        return there.render_as_string(hide_password=False)

    def clear(self) -> None:
        """Remove every database that was made."""
        dispose()
        for url in self.made:
            if sa.make_url(url).get_backend_name() == "sqlite":
                file = Path(str(sa.make_url(url).database))
                for ending in ("", "-wal", "-shm"):
                    file.with_name(file.name + ending).unlink(missing_ok=True)
            else:
                with engine_for(self.database).begin() as conn:
                    conn.execute(sa.schema.DropSchema(_schema(url), cascade=True))
        dispose()


@contextmanager
def scratch(database: str) -> Iterator[Scratch]:
    """Give a home, and databases on the one named by a URL; empty for SQLite in the home."""
    with tempfile.TemporaryDirectory() as folder:
        place = Scratch(Path(folder), database)
        try:
            yield place
        finally:
            place.clear()


def served(place: Scratch, name: str, *, cases: int) -> str:
    """Make a database with the small service and some cases that nothing was done for yet."""
    url = place.fresh(name)
    factories.service(url)
    with writing(url) as conn:  # nobody runs out of room, so that every case walks the same way
        conn.execute(sa.update(Contractor).values(capacity_orders=None, capacity_value_pence=None))
    opened(url, cases)
    return url


def opened(url: str, cases: int) -> None:
    """Open some cases, by importing them and their works."""
    for number in range(cases):
        factories.new_case(url, reference=reference(number))


def reference(number: int) -> str:
    """Return the reference of one of the cases that are measured."""
    return f"BENCH-{number:05d}"


def _schema(url: str) -> str:
    return str(sa.make_url(url).query["options"]).rpartition("=")[2]


def _copy_rows(url: str, *, old: str, new: str) -> None:
    """Copy every row from one schema to another, and where its sequences stand."""
    tables = Base.metadata.sorted_tables
    sequences = sa.text("SELECT sequencename FROM pg_sequences WHERE schemaname = :old")
    with writing(url) as conn:
        for table in reversed(tables):
            conn.execute(sa.delete(table))
        for table in tables:
            there = sa.select(table.to_metadata(sa.MetaData(), schema=old))
            conn.execute(sa.insert(table).from_select(list(table.columns), there))
        for name in conn.scalars(sequences, {"old": old}).all():
            stands = sa.text(f"setval('{new}.{name}', last_value, is_called)")
            conn.execute(sa.select(stands).select_from(sa.table(name, schema=old)))
        analyze(conn)
