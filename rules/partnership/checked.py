"""Printed tables held to their own sums and to what is agreed for the year that they are about."""

from collections.abc import Iterator

from rules.partnership.check import Finding, check_table
from rules.partnership.figures import figures
from rules.partnership.printed import Table, tables_of
from rules.partnership.records import Records, Row, agreed_of


def check_tables(
    printed: tuple[Row, ...], records: Records
) -> Iterator[tuple[Table, tuple[Finding, ...]]]:
    """Yield printed tables, each held to its own sums and to its partnership's formula."""
    held = {of: figures(agreed_of(records, of=of, names={})) for of in records.years()}
    for table in tables_of(printed):
        yield table, check_table(table, held.get(table.of, {}) if table.of else {})
