"""The check of a printed table: what in it does not add up, where, and by how much.

Sums down and across, percentages that should make the whole, and figures against the partnership's
formula. A number is compared as it was printed: what is worked out is rounded to its places.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from rules.partnership.printed import Cell, ColumnIs, Number, RowIs, Table, in_unit
from rules.partnership.shares import WHOLE, half_up, share_words, shared

Expected = Mapping[tuple[str, str], Fraction]
"""What the formula gives, in pounds, by the figure and whose it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a printed table that does not add up.

    Args:
        check: Which check found it: ``down``, ``across``, ``per cent``, ``formula``, ``printed``.
        printed: What is printed, and ``computed`` what should be, with their unit.
        by: By how much the printed is too high; below nothing it is too low.
        why: How what should be there comes about.
    """

    table: str
    cell: str
    row: str
    column: str
    check: str
    printed: str
    computed: str
    by: str
    why: str


def check_table(table: Table, expected: Expected) -> tuple[Finding, ...]:
    """Return everything in a table that does not add up, in the order of its cells."""
    sums = [*_stray(table), *_down(table), *_across(table), *_percentages(table)]
    by_formula = {(one.cell, one.computed): one for one in _formula(table, expected)}
    both = [by_formula.pop((one.cell, one.computed), None) for one in sums]
    found = [
        replace(one, why=f"{one.why}; {also.why}") if also else one
        for one, also in zip(sums, both, strict=True)
    ]
    places = {one.cell: one.place for one in table.cells}
    return tuple(sorted((*found, *by_formula.values()), key=lambda one: places[one.cell]))


def _numbered(cells: Sequence[Cell]) -> list[tuple[Cell, Number]]:
    """Return the cells that print a number, with it."""
    return [(cell, number) for cell in cells if (number := cell.number) is not None]


def _finding(
    table: Table, cell: Cell, number: Number, *, check: str, computed: Decimal, why: str
) -> Finding:
    unit = number.unit
    return Finding(
        table=table.table,
        cell=cell.cell,
        row=cell.row,
        column=cell.column,
        check=check,
        printed=in_unit(number.value, unit),
        computed=in_unit(computed, unit),
        by=in_unit(number.value - computed, unit),
        why=why,
    )


def _stray(table: Table) -> Iterator[Finding]:
    """Yield cells with a full stop behind their number that says nothing."""
    for cell, number in _numbered(table.cells):
        if number.stray:
            found = _finding(
                *(table, cell, number),
                check="printed",
                computed=number.value,
                why="a full stop stands behind it: perhaps a digit was read wrongly",
            )
            yield replace(found, printed=cell.printed, by="")


def _down(table: Table) -> Iterator[Finding]:
    """Yield sub-totals and totals that are not the sum of their lines, or of their sub-totals."""
    for cells in table.columns():
        lines: list[Decimal] = []
        since: list[Decimal] = []
        through: list[Decimal] = []
        for cell, number in _numbered(cells):
            if cell.row_is is RowIs.LINE:
                lines.append(number.value)
                since.append(number.value)
                continue
            summed = since if cell.row_is is RowIs.SUBTOTAL else lines
            yield from _sum(table, cell, number, summed, check="down", of="the lines above it")
            if cell.row_is is RowIs.SUBTOTAL:
                through.append(number.value)
                since = []
            elif through:
                printed = [*through, *since]
                of = "the sub-total as printed and the lines below that"
                yield from _sum(table, cell, number, printed, check="down", of=of)


def _across(table: Table) -> Iterator[Finding]:
    """Yield totals of a row that are not the sum of its figures."""
    for cells in table.rows():
        summed: list[Decimal] = []
        for cell, number in _numbered(cells):
            if cell.column_is is ColumnIs.FIGURE:
                summed.append(number.value)
            elif cell.column_is is ColumnIs.TOTAL:
                of = "the figures to its left"
                yield from _sum(table, cell, number, summed, check="across", of=of)
                summed = []


def _sum(
    table: Table, cell: Cell, number: Number, summed: Sequence[Decimal], *, check: str, of: str
) -> Iterator[Finding]:
    if not summed or sum(summed) == number.value:
        return
    shown = " + ".join(in_unit(one, number.unit) for one in summed)
    computed = Decimal(sum(summed))
    why = f"{of}: {shown} = {in_unit(computed, number.unit)}"
    check = "per cent" if cell.column_is is ColumnIs.PERCENTAGE else check
    yield _finding(table, cell, number, check=check, computed=computed, why=why)


def _percentages(table: Table) -> Iterator[Finding]:
    """Yield percentages that are not what the largest remainder makes of the column beside them."""
    columns = table.columns()
    for base, cells in pairwise(columns):
        if cells[0].column_is is ColumnIs.PERCENTAGE:
            beside = {cell.place[0]: number.value for cell, number in _numbered(base)}
            yield from _of_base(table, cells, beside)


def _of_base(
    table: Table, cells: Sequence[Cell], beside: Mapping[int, Decimal]
) -> Iterator[Finding]:
    lines = [
        (cell, number)
        for cell, number in _numbered(cells)
        if cell.row_is is RowIs.LINE and cell.place[0] in beside
    ]
    weights = {cell.cell: Fraction(beside[cell.place[0]]) for cell, _ in lines}
    whole = sum(weights.values())
    if not whole:
        return
    fair = shared(WHOLE, weights).parts
    for cell, number in lines:
        exact = weights[cell.cell] / whole * WHOLE
        plain = half_up(exact)
        if number.value != fair[cell.cell]:
            alone = "as it is" if number.value == plain else "not as it is"
            why = (
                f"{share_words(exact / WHOLE)}; the largest remainder makes all of them 100; "
                f"rounded by itself it is {plain} %, {alone} printed"
            )
            computed = Decimal(fair[cell.cell])
            yield _finding(table, cell, number, check="per cent", computed=computed, why=why)


def _formula(table: Table, expected: Expected) -> Iterator[Finding]:
    """Yield figures that the formula does not give, neither by itself nor with its column."""
    for cells in table.columns():
        lines: list[Cell] = []
        since: list[Cell] = []
        for cell, number in _numbered(cells):
            if cell.row_is is RowIs.LINE:
                lines.append(cell)
                since.append(cell)
            summed = {RowIs.LINE: [cell], RowIs.SUBTOTAL: since, RowIs.TOTAL: lines}[cell.row_is]
            parts = [expected.get((one.figure, one.who)) for one in summed]
            known = [one for one in parts if one is not None]
            if known and len(known) == len(parts):
                with_others = _in_column(cells, cell, expected, number.places)
                yield from _against(table, cell, number, Fraction(sum(known)), with_others)
            since = [] if cell.row_is is RowIs.SUBTOTAL else since


def _in_column(
    cells: Sequence[Cell], cell: Cell, expected: Expected, places: int
) -> Decimal | None:
    """Return what a line has where its column's printed unit is shared by largest remainder."""
    ended = [one.place[0] for one in cells if one.row_is is not RowIs.LINE]
    below = min((at for at in ended if at > cell.place[0]), default=0)
    above = max((at for at in ended if at < cell.place[0]), default=0)
    exact = {
        one.cell: given
        for one in cells
        if above < one.place[0] < below and (given := expected.get((one.figure, one.who)))
    }
    if cell.cell not in exact or min(exact.values()) < 0:
        return None
    unit = Decimal(10**places)
    whole = half_up(Fraction(sum(exact.values())) * Fraction(unit))
    return shared(whole, exact).parts[cell.cell] / unit


def _against(
    table: Table, cell: Cell, number: Number, exact: Fraction, with_others: Decimal | None
) -> Iterator[Finding]:
    unit = Decimal(10**number.places)
    computed = half_up(exact * Fraction(unit)) / unit
    if number.value in (computed, with_others):
        return
    pence = Decimal(half_up(exact * 100)) / 100
    why = f"the formula gives {in_unit(pence.quantize(Decimal('0.01')), number.unit)}"
    yield _finding(table, cell, number, check="formula", computed=computed, why=why)
