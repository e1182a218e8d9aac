"""Records typed at the desk, as the sheet that the importers check."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import Enum

from rules.imports import RawRow, Sheet
from rules.imports.checks import cell_words


def typed(*, kind: str, records: Sequence[Mapping[str, object]]) -> Sheet:
    """Return a sheet of records typed at the desk, checked exactly as what is imported.

    Args:
        kind: One of ``rules.imports.KINDS``.
        records: Each with the same columns; None is an empty cell.
    """
    header = tuple(records[0])
    rows = [tuple(_text(record[column]) for column in header) for record in records]
    digest = hashlib.sha256(repr((header, rows)).encode()).hexdigest()
    return Sheet(
        file=f"{kind} typed at the desk",
        sheet=None,
        sha256=digest,
        header=header,
        rows=tuple(RawRow(number=n, cells=cells) for n, cells in enumerate(rows, start=2)),
        typed=True,
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell_words(value.value if isinstance(value, Enum) else value)
