"""No percentage of a payment is retained: a Bill of May 2026 bans it (domain §10.6)."""

from __future__ import annotations

import re

from models.base import Base


def test_no_table_of_money_has_a_place_for_a_percentage_retained() -> None:
    names = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    ]
    assert len(names) > 500
    assert [name for name in names if re.search(r"retained|retention_(percent|pence)", name)] == []
