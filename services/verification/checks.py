"""What a check is: one query for what breaks an invariant, and the sentence about each row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from models.tables.cases import Case, CaseStep
from rules.money import pounds


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # an invariant is broken: somebody has to look
    WARNING = "warning"  # nothing is broken, and something waits for a person


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verifying found, and where: a case, a contractor, a table, a part."""

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
    """

    query: Select[*tuple[Any, ...]]
    sentence: str
    severity: Severity = Severity.ERROR


PLACE: Final = Case.reference.label("place")


def of_case(table: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the query for columns of a table's rows, each at its case's reference."""
    return select(PLACE, *columns).join(table, table.case_id == Case.id)


def of_opening(table: Any) -> ColumnElement[bool]:
    """Say in SQL that a row belongs to an opening of a step."""
    return and_(
        CaseStep.case_id == table.case_id,
        CaseStep.step == table.step,
        CaseStep.revision == table.step_revision,
    )


def among(query: Select[*tuple[Any, ...]], cases: Select[int] | None) -> Select[*tuple[Any, ...]]:
    """Narrow a query of cases' rows to some cases; None leaves it at all."""
    return query if cases is None else query.where(Case.id.in_(cases))


def broken(where: str, sentence: str) -> Finding:
    """Return the finding that an invariant is broken."""
    return Finding(Severity.ERROR, where, sentence)


def run_checks(conn: Connection, checks: Iterable[Check]) -> Iterator[Finding]:
    """Yield what some checks find, each check's findings in the order of their sentences."""
    for check in checks:
        found = [_finding(check, row) for row in conn.execute(check.query).mappings()]
        yield from sorted(found, key=lambda finding: (finding.where, finding.sentence))


def _finding(check: Check, row: Any) -> Finding:
    values = {
        name: pounds(int(value)) if name.endswith("_pence") and value is not None else value
        for name, value in row.items()
    }
    return Finding(check.severity, str(values["place"]), check.sentence.format(**values))
