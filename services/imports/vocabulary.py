"""Words of a file that nothing else on record knows: mostly one word spelt in a second way."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from models.tables.contractors import Lot
from models.tables.schedules import Package, ScheduleItem
from rules.imports import spec
from rules.sentences import named
from services.imports.job import Job

_Query = Select[*tuple[Any, ...]]

_TRADES: Final = select(ScheduleItem.trade).distinct().order_by(ScheduleItem.trade)
_PACKAGED: Final = select(Package.work_type).distinct().order_by(Package.work_type)
_IN_LOTS: Final = select(Lot.work_types).order_by(Lot.code)
_KNOWN: Final[Mapping[str, tuple[_Query, ...]]] = MappingProxyType(
    {"trades": (_TRADES,), "work_type": (_PACKAGED, _IN_LOTS), "work_types": (_PACKAGED, _IN_LOTS)}
)
_OWN: Final[Mapping[str, _Query]] = MappingProxyType({"packages": _PACKAGED, "lots": _IN_LOTS})
"""What a kind brings in itself, which therefore knows none of its words."""

_WHO: Final[Mapping[str, str]] = MappingProxyType({"packages": "lot", "lots": "package"})
"""Who else would know the words that a kind brings in itself."""


def unknown_words(job: Job) -> Iterator[str]:
    """Yield, as a sentence, the words of each column that no schedule, package or lot has."""
    for name in [column.name for column in spec(job.kind).columns if column.name in _KNOWN]:
        queries = [query for query in _KNOWN[name] if query is not _OWN.get(job.kind)]
        known = set(_words(job.conn, queries))
        found = {word for row in job.rows for word in _of(row.values.get(name))}
        unknown = sorted(found - known)
        if known and unknown:
            who = "schedule" if name == "trades" else _WHO.get(job.kind, "package or lot")
            yield f"No {who} has these {name.replace('_', ' ')}: {named(unknown)}."


def _words(conn: Connection, queries: list[_Query]) -> Iterator[str]:
    for query in queries:
        for held in conn.execute(query).scalars():
            yield from _of(held)


def _of(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),) if value else ()
