"""The registers: what each is called, at which address, what hangs on a record, who may look."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rules.contractors import REQUIRED, document_name
from rules.imports import spec
from rules.partnership.agreed import SEE_PARTNERSHIP
from rules.people import MAY_CHANGE_MANY, MAY_ERASE, MAY_IMPORT, STAFF, Actor, Role
from rules.powers import SEE_DELIVERY
from rules.reports.work import SEE_LISTS


@dataclass(frozen=True, slots=True)
class Register:
    """One register whose records are looked up, and corrected as an import of a row would.

    Args:
        kind: Its kind of import file.
        title: What it is called.
        holds: What is in it, as a sentence.
        listed: The columns of its list, the first of which names a record.
        hangs: Kinds of which a record of this one has some, by the column that names it there.
        roles: Those that look at it.
    """

    kind: str
    title: str
    holds: str
    listed: tuple[str, ...]
    hangs: tuple[tuple[str, str], ...] = ()
    roles: frozenset[Role] = SEE_LISTS


def _registers() -> Iterator[tuple[str, Register]]:
    with Path(__file__).with_name("registers.toml").open("rb") as table:
        for kind, said in tomllib.load(table).items():
            holds = said["holds"].format(documents=", ".join(map(document_name, REQUIRED)))
            hangs = tuple(said.get("hangs", {}).items())
            roles = SEE_PARTNERSHIP if said.get("see") == "partnership" else SEE_LISTS
            yield kind, Register(kind, said["title"], holds, tuple(said["listed"]), hangs, roles)


REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(dict(_registers()))
"""The registers that have a list of their own, by the first part of its address."""

_ALL: Final = STAFF
_OTHERS: Final = (
    (
        "/contractors/performance",
        "How contractors do",
        "Offers, time, snags and what clients say, of each contractor or lot in a period.",
        _ALL,
    ),
    ("/people", "People", "Who serves, their roles and limits, absences and stand-ins.", _ALL),
    ("/calendar", "Calendar", "Bank holidays and closures; sums of working days.", _ALL),
    ("/targets", "Targets", "How long each clock may take.", _ALL),
    ("/budgets", "Budgets", "What there is for grants in a year, and what is left.", _ALL),
    (
        "/partnership",
        "Partnership",
        "Who contributes what to a year, printed tables that do not add up, what would be if.",
        SEE_PARTNERSHIP,
    ),
    ("/letters", "Letters", "An authority’s own logo and paragraphs.", _ALL),
    (
        "/repricing",
        "Price cases again",
        "After a new schedule, other terms or a wrong code.",
        MAY_CHANGE_MANY,
    ),
    (
        "/batches",
        "Batch awards",
        "The waiting cases of a lot, given out together.",
        MAY_CHANGE_MANY,
    ),
    ("/imports", "Imports", "Files of many records, looked at before they count.", MAY_IMPORT),
    (
        "/delivery",
        "Who delivers",
        "Plans for councils that merge or are divided, and for teams that work their cases.",
        SEE_DELIVERY,
    ),
    ("/retention", "Retention", "What is proposed to be erased of closed cases.", MAY_ERASE),
    ("/personal-data", "Personal data", "All that is held on somebody who asks.", MAY_ERASE),
)


def index(viewer: Actor) -> list[tuple[str, str, str]]:
    """Return the address, the name and what is there, of each that somebody may look at."""
    own = [
        (f"/{address}", one.title, one.holds)
        for address, one in REGISTERS.items()
        if viewer.role in one.roles
    ]
    return own + [
        (address, name, holds) for address, name, holds, may in _OTHERS if viewer.role in may
    ]


def by_authority(kind: str) -> bool:
    """Say whether each record of a kind is of some authorities, and none of every one."""
    names = {column.name for column in spec(kind).columns}
    return not names.isdisjoint({"authority", "authorities", "lot", "contractor"})
