"""The page about the sample's partnership: how its figures come about, and what was misprinted."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from adapters.spreadsheets import read
from desk.partnership.lines import workings
from desk.reference.markdown import code, page, table
from rules.imports import parse
from rules.partnership.checked import check_tables
from rules.partnership.contributions import contributions
from rules.partnership.records import Records, agreed_of

_SAMPLE: Final = Path(str(files("deployments") / "sample"))
_NAMES: Final = {
    "NBBC": "Nuneaton and Bedworth",
    "NWBC": "North Warwickshire",
    "RBC": "Rugby",
    "SDC": "Stratford",
    "WDC": "Warwick",
}


def partnership_page() -> str:
    """Return ``partnership.md``."""
    records = Records(*(_rows(f"partnership_{of}") for of in ("budget", "capital", "terms")))
    found = contributions(agreed_of(records, of=records.years()[0], names=_NAMES))
    return page(
        "A partnership’s year, worked out",
        f"{found.agreed.title}, as the sample’s files hold it: the numbers that HEART’s business "
        "case of 2016 prints in its section 8, and what Handrail makes of them. It is all worked "
        "out from those files when this page is made.",
        "## How each figure comes about",
        "A partner pays a fee on its capital, with the exceptions agreed; funders pay fixed sums; "
        "what both leave of the budget, the residual, is shared in proportion to capital. Fees "
        "are rounded to the penny, a half up. Odd pennies of the residual, and whole per cent, go "
        "to the largest remainders, equal ones in the order of the codes; so contributions make "
        "the budget and per cent make 100.",
        table(("Of", "Figure", "How it comes about"), workings(found)),
        *_exceptions(),
        "## What in the printed tables does not add up",
        "By: how much the printed number is too high; below nothing, too low. The text that the "
        "tables were typed from was itself read by a machine.",
        *_checked(records),
    )


def _exceptions() -> Iterator[str]:
    yield "## What the document does not say"
    yield (
        "- **Rugby’s fee** is printed as £47,403. 12.5 % of its capital is £57,400.63; less "
        "£10,000, which is 12.5 % of £80,000 of capital, that is £47,400.63. The document gives no "
        "reason, and £2 are left that no formula gives.\n"
        "- **Stratford’s fee** is printed as £32,358, which is half of what 12.5 % of its capital "
        "comes to, £32,358.25 (the same as 6.25 %). The document gives no reason.\n"
        "- **Three printed fees** (Nuneaton and Bedworth, North Warwickshire, Rugby) are given by "
        "no formula: they are £1 to £2 above it. The printed totals of their rows, and of all "
        "fees, fit the formula and not these three. Each has a stray full stop behind it in the "
        "text, so digits may have been read wrongly.\n"
        "- **The printed shares of the residual** are all five what the largest remainder makes of "
        "£148,172 in whole pounds; the sub-total printed beneath them is £1 more.\n"
        "- **Stratford’s local capital** is printed as a dash. It is held as *not recorded*, "
        "never as £0; the printed total of its row is the sum of the other two.\n"
        "- **Without exceptions the rate of the fee would move nothing**: a higher fee lowers the "
        "residual by as much, and both go by capital. It moves money only to or from those whose "
        "fee is worked out otherwise."
    )


def _checked(records: Records) -> Iterator[str]:
    for printed, found in check_tables(_rows("printed_tables"), records):
        yield f"### {printed.title}"
        if not found:
            yield "All of it adds up."
            continue
        columns = ("Cell", "Where", "Printed", "Computed", "By", "Why")
        yield table(
            columns,
            (
                (
                    *(code(one.cell), f"{one.row}, {one.column}", one.printed),
                    *(one.computed, one.by or "–", one.why),
                )
                for one in found
            ),
        )


def _rows(kind: str) -> tuple[Any, ...]:
    """Return the rows of one of the sample's files, as an import understands them."""
    sheet = read(_SAMPLE / f"{kind}.csv", kind=kind)
    found = parse(
        kind=kind, header=sheet.header, rows=sheet.rows, file=sheet.file, sheet=sheet.sheet
    )
    return tuple(row.values for row in found.rows)
