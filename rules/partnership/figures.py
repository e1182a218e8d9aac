"""What the formula gives for each figure that a printed table may hold."""

from fractions import Fraction
from typing import Final

from rules.partnership.agreed import Agreed, Stream
from rules.partnership.check import Expected
from rules.partnership.contributions import contributions

FIGURES: Final = ("budget", *Stream, "capital", "revenue", "fee", "contribution")
"""Figures of a partnership's year: revenue is the residual's share, or a funder's fixed sum."""


def figures(agreed: Agreed) -> Expected:
    """Return each figure in pounds by its name and whose it is; nothing that cannot be worked out.

    A budget's figures are by the names of its lines.
    """
    found = {("budget", one.line): one.amount_pence for one in agreed.lines}
    for partner in agreed.partners:
        held = {one: pence for one, pence in partner.capital.items() if pence is not None}
        found |= {(one.value, partner.code): pence for one, pence in held.items()}
        found["capital", partner.code] = partner.capital_pence
    found |= {(name, one.name): one.amount_pence for name in _OF_FUNDER for one in agreed.fixed}
    if not agreed.missing():
        for one in contributions(agreed).partners:
            found["revenue", one.partner.code] = one.residual_pence
            found["fee", one.partner.code] = one.fee_pence
            found["contribution", one.partner.code] = one.total_pence
    return {key: Fraction(pence, 100) for key, pence in found.items()}


_OF_FUNDER: Final = ("revenue", "contribution")
