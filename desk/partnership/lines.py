"""The lines of a partnership's contributions as files and machines get them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from desk.output import print_json
from rules.partnership.agreed import Stream
from rules.partnership.check import Finding
from rules.partnership.contributions import Contributions, OfPartner
from rules.partnership.shares import quarters, share_words
from rules.partnership.what_if import Compared
from rules.partnership.workings import of_partner, residual_words, ties

QUARTERS: Final = tuple(f"quarter_{number}_pence" for number in range(1, 5))
COLUMNS: Final = (
    *("who", "name", *(f"{one}_pence" for one in Stream), "capital_pence", "share"),
    *("whole_percent", "fee_pence", "residual_pence", "fixed_pence", "contribution_pence"),
    *QUARTERS,
)
"""The columns of the file. What is not recorded, or not of somebody, is an empty cell."""

FOUND: Final = ("table", "cell", "row", "column", "check", "printed", "computed", "by", "why")
COMPARED: Final = ("name", "agreed_pence", "would_be_pence", "difference_pence")


def lines(found: Contributions) -> list[dict[str, Any]]:
    """Return a line for each partner and each funder, each column by its name."""
    partners = (_partner(one) for one in found.partners)
    funders = (
        {"who": one.name, "name": one.name, "fixed_pence": one.amount_pence}
        | _charged(one.amount_pence, quarters(one.amount_pence))
        for one in found.agreed.fixed
    )
    return [dict.fromkeys(COLUMNS) | one for one in (*partners, *funders)]


def _partner(one: OfPartner) -> dict[str, Any]:
    return {
        "who": one.partner.code,
        "name": one.partner.name,
        **{f"{stream}_pence": pence for stream, pence in one.partner.capital.items()},
        "capital_pence": one.partner.capital_pence,
        "share": share_words(one.share),
        "whole_percent": one.whole_percent,
        "fee_pence": one.fee_pence,
        "residual_pence": one.residual_pence,
        **_charged(one.total_pence, one.quarters),
    }


def _charged(total_pence: int, four: tuple[int, ...]) -> dict[str, Any]:
    charges = dict(zip(QUARTERS, four, strict=True))
    return {"contribution_pence": total_pence, **charges}


def workings(found: Contributions) -> Iterator[tuple[str, str, str]]:
    """Yield whose figure it is, which, and how it comes about."""
    yield found.agreed.partnership, "Residual", residual_words(found)
    for one in found.partners:
        for figure, words in of_partner(found, one):
            yield one.partner.name, figure, words
    for words in ties(found):
        yield found.agreed.partnership, "Ties", words


def print_year(found: Contributions) -> None:
    """Print a year's contributions and how each comes about as JSON."""
    agreed = found.agreed
    print_json(
        {
            "partnership": agreed.partnership,
            "year": agreed.year,
            "budget_pence": agreed.budget_pence,
            "budget": [asdict(one) for one in agreed.lines],
            "capital_pence": agreed.capital_pence,
            "fees_pence": found.fees_pence,
            "fixed_pence": agreed.fixed_pence,
            "residual_pence": found.residual_pence,
            "contributions_pence": found.total_pence,
            "lines": lines(found),
            "workings": [
                dict(zip(("of", "figure", "how"), one, strict=True)) for one in workings(found)
            ],
        }
    )


def compared_line(one: Compared) -> dict[str, Any]:
    """Return a contribution as agreed beside what it would be."""
    return {name: getattr(one, name) for name in COMPARED}


def finding_cells(one: Finding) -> list[str]:
    """Return one line of the file of what does not add up."""
    return [getattr(one, name) for name in FOUND]
