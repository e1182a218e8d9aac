"""What a check is: one query for what breaks an invariant, and the sentence about each row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select
from sqlalchemy.engine import Connection

from rules.money import pounds


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # an invariant is broken: somebody has to look
    WARNING = "warning"  # nothing is broken, and something waits for a person


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verifying found.

    Args:
        severity: Whether an invariant is broken.
        where: A case reference, a contractor, a table, or a part of the service.
        sentence: What does not hold.
    """

    severity: Severity
    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant.

    Args:
        query: Finds what breaks it. Its column ``place`` says where; the others are for the
            sentence, amounts of money in columns that end in ``_pence``.
        sentence: What is so, with ``{column}`` where a value belongs.
        severity: How much it matters.
    """

    query: Select[*tuple[Any, ...]]
    sentence: str
    severity: Severity = Severity.ERROR


def run_checks(conn: Connection, checks: Iterable[Check]) -> Iterator[Finding]:
    """Yield what some checks find, each check's findings in the order of their sentences.

    Args:
        checks: The checks, in order.
    """
    for check in checks:
        found = [_finding(check, row) for row in conn.execute(check.query).mappings()]
        yield from sorted(found, key=lambda finding: (finding.where, finding.sentence))


def _finding(check: Check, row: Any) -> Finding:
    values = {
        name: pounds(int(value)) if name.endswith("_pence") and value is not None else value
        for name, value in row.items()
    }
    return Finding(check.severity, str(values["place"]), check.sentence.format(**values))
