"""The works lines of a case, changed with the version of its order that an approval issues."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, update

from models.base import AnyRow
from models.tables.cases import WorksLine
from rules.plain import from_plain
from rules.pricing.works import WorksLine as PricedWorks
from rules.variations import Change

_ADD_LINE: Final = insert(WorksLine)
_LINE: Final = (WorksLine.case_id == bindparam("of_case"), WorksLine.line == bindparam("of_line"))
_CHANGE_LINE: Final = update(WorksLine).where(*_LINE).values(quantity=bindparam("to_quantity"))
_OMIT_LINE: Final = delete(WorksLine).where(*_LINE)


def vary_works_lines(conn: Connection, *, case_id: int, lines: Sequence[AnyRow]) -> None:
    """Change the works lines with the version: what is inspected is what it has.

    What is omitted goes last: SQLite gives the id of a row that is gone to the next one, and the
    ledger would take the one for the other.
    """
    for row in sorted(lines, key=lambda row: row.change == Change.OMIT):
        of = {"of_case": case_id, "of_line": row.line}
        if row.change == Change.OMIT:
            conn.execute(_OMIT_LINE, of)
        elif row.change == Change.QUANTITY:
            conn.execute(_CHANGE_LINE, of | {"to_quantity": row.agreed_quantity})
        else:
            conn.execute(_ADD_LINE, _works_line(case_id, row))


def _works_line(case_id: int, row: AnyRow) -> dict[str, Any]:
    works = from_plain(PricedWorks, row.works)
    return {
        "case_id": case_id,
        "line": row.line,
        "code": row.code,
        "quantity": row.agreed_quantity,
        "description": row.description,
        "unit": row.unit,
        "location": works.location,
        "out_of_hours": works.out_of_hours,
        "relief_percent": works.relief_percent,
        "vat_reliefs": () if row.code else tuple(sorted(works.vat_reliefs)),
        "certificates": () if row.code else tuple(sorted(works.certificates)),
        "no_certificates_because": row.no_certificates_because,
    }
