"""Who contributes what to a partnership's year, to the penny.

Source: HEART's business case of 2016, section 8: a fee on each partner's capital, with the
exceptions agreed; funders' fixed sums; what is left of the budget, the residual, in proportion to
capital. Contributions add up to the budget exactly. A residual below nothing is a surplus, and is
given back in the same proportion.
"""

from dataclasses import dataclass
from fractions import Fraction

from rules.partnership.agreed import Agreed, FeeTerm, Partner
from rules.partnership.shares import WHOLE, half_up, quarters, shared


@dataclass(frozen=True, slots=True)
class OfPartner:
    """What a partner contributes.

    Args:
        term: How its fee is worked out.
        share: Its part of all capital.
        whole_percent: Its share in whole per cent; those of all partners make 100.
    """

    partner: Partner
    term: FeeTerm
    share: Fraction
    whole_percent: int
    fee_pence: int
    residual_pence: int

    @property
    def total_pence(self) -> int:
        """Its contribution to the year."""
        return self.fee_pence + self.residual_pence

    @property
    def plain_percent(self) -> int:
        """Its share in whole per cent rounded by itself; those of all may not make 100."""
        return half_up(self.share * WHOLE)

    @property
    def quarters(self) -> tuple[int, ...]:
        """What the host charges each quarter."""
        return quarters(self.total_pence)


@dataclass(frozen=True, slots=True)
class Contributions:
    """All contributions to a year.

    Args:
        tied_percents: Partners between whose equal remainders of per cent the codes' order decided.
        tied_pence: The same of odd pennies.
    """

    agreed: Agreed
    partners: tuple[OfPartner, ...]
    tied_percents: tuple[str, ...]
    tied_pence: tuple[str, ...]

    @property
    def fees_pence(self) -> int:
        """The fees of all partners."""
        return sum(one.fee_pence for one in self.partners)

    @property
    def residual_pence(self) -> int:
        """What fees and funders leave of the budget; below nothing it is a surplus."""
        return self.agreed.budget_pence - self.agreed.fixed_pence - self.fees_pence

    @property
    def of_partners_pence(self) -> int:
        """What all partners contribute."""
        return self.fees_pence + self.residual_pence

    @property
    def total_pence(self) -> int:
        """All contributions, which are the budget."""
        return sum(one.total_pence for one in self.partners) + self.agreed.fixed_pence


def contributions(agreed: Agreed) -> Contributions:
    """Work out who contributes what.

    Raises:
        InvalidTermsError: Something that it rests on is not recorded; all of it is named.
    """
    agreed.check()
    capital = {one.code: one.capital_pence for one in agreed.partners}
    terms = {code: term for code in capital if (term := agreed.term_of(code)) is not None}
    fees = {code: term.fee_pence(capital[code]) for code, term in terms.items()}
    percents = shared(WHOLE, capital)
    residual = agreed.budget_pence - agreed.fixed_pence - sum(fees.values())
    pence = shared(residual, capital)
    partners = tuple(
        OfPartner(
            partner=one,
            term=terms[one.code],
            share=Fraction(capital[one.code], agreed.capital_pence),
            whole_percent=percents.parts[one.code],
            fee_pence=fees[one.code],
            residual_pence=pence.parts[one.code],
        )
        for one in sorted(agreed.partners, key=lambda one: one.code)
    )
    return Contributions(agreed, partners, percents.tied, pence.tied)
