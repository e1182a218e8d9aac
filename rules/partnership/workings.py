"""How each figure of a partnership's year comes about, in words that can be worked out again."""

from collections.abc import Iterator

from rules.money import pounds
from rules.numbers import percent
from rules.partnership.agreed import STREAMS, Partner
from rules.partnership.contributions import Contributions, OfPartner
from rules.partnership.shares import share_words
from rules.sentences import spoken


def capital_words(partner: Partner) -> str:
    """Return how a partner's capital adds up, and what of it is not recorded."""
    sums = " + ".join(pounds(one) for one in partner.recorded)
    added = f"{sums} = {pounds(partner.capital_pence)}" if len(partner.recorded) > 1 else sums
    unsaid = [STREAMS[one].lower() for one, pence in partner.capital.items() if pence is None]
    unsaid = [one.replace("dfg", "DFG") for one in unsaid]
    return f"{added}; not recorded: {spoken(unsaid)}" if unsaid else added


def fee_words(one: OfPartner) -> str:
    """Return how a partner's fee is worked out."""
    capital = one.partner.capital_pence
    less = f" less {pounds(one.term.less_pence)}" if one.term.less_pence else ""
    because = f" ({one.term.because})" if one.term.because else ""
    result = pounds(one.fee_pence)
    return f"{percent(one.term.percent)} of {pounds(capital)}{less} = {result}{because}"


def residual_words(found: Contributions) -> str:
    """Return how the residual is worked out."""
    agreed = found.agreed
    result = pounds(found.residual_pence)
    surplus = ", a surplus that is given back" if found.residual_pence < 0 else ""
    return (
        f"Budget {pounds(agreed.budget_pence)} − fixed contributions {pounds(agreed.fixed_pence)} "
        f"− fees {pounds(found.fees_pence)} = {result}{surplus}"
    )


def of_partner(found: Contributions, one: OfPartner) -> Iterator[tuple[str, str]]:
    """Yield each figure of a partner's row, and how it comes about."""
    capital, whole = pounds(one.partner.capital_pence), pounds(found.agreed.capital_pence)
    yield "Capital", capital_words(one.partner)
    yield "Share", f"{capital} is {share_words(one.share)} of {whole}"
    yield "Fee", fee_words(one)
    yield (
        "Residual",
        f"{pounds(found.residual_pence)} × {capital} ÷ {whole} = {pounds(one.residual_pence)}",
    )
    total = pounds(one.total_pence)
    yield "Contribution", f"{pounds(one.fee_pence)} + {pounds(one.residual_pence)} = {total}"
    charges = " + ".join(pounds(pence) for pence in one.quarters)
    yield "Quarters", f"{charges} = {total}"


def ties(found: Contributions) -> Iterator[str]:
    """Yield where equal remainders left it to the order of the codes who has the odd unit."""
    for codes, unit in ((found.tied_percents, "whole per cent"), (found.tied_pence, "pennies")):
        if codes:
            yield (
                f"Equal remainders of {unit}: {spoken(codes)} are served in the order of their "
                "codes."
            )
