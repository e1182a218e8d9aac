"""What the contributions would be if something agreed were otherwise; nothing is changed by it.

What is other is typed as pairs of what and how much, alike in an address and in a command:
``rate``, ``fee:RBC``, ``less:RBC``, ``capital:RBC:local``, ``line:Staffing``, ``fixed:NAME``, and
``without:RBC``. A partner is named by its code, or by how its name
begins; capital of one that there is not adds it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from rules.money import parse_pounds, pounds
from rules.numbers import percent
from rules.partnership.agreed import STREAMS, Agreed, FeeTerm, LineKind, Partner, Stream
from rules.partnership.agreed import BudgetLine as Line
from rules.partnership.agreed import Fixed as Funder
from rules.partnership.contributions import Contributions, contributions

_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%?")
_MOST: Final = 100
_ORDER: Final = ("without", "capital", "rate", "fee", "less", "line", "fixed")


@dataclass(slots=True)
class WhatIf:
    """What is agreed with something other in it.

    Args:
        said: What is other, in sentences.
        problems: What of it cannot be read, by what it was typed for.
    """

    agreed: Agreed
    said: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compared:
    """A partner, or a funder, as agreed and as it would be; None where it is not in one of them."""

    name: str
    agreed_pence: int | None
    would_be_pence: int | None

    @property
    def difference_pence(self) -> int:
        """What it would pay more; less is below nothing."""
        return (self.would_be_pence or 0) - (self.agreed_pence or 0)


def what_if(agreed: Agreed, typed: Iterable[tuple[str, str]]) -> WhatIf:
    """Return what is agreed with what was typed in its place; what is empty is as agreed."""
    found = WhatIf(agreed)
    given = [(key, value.strip()) for key, value in typed if value.strip()]
    for key, value in sorted(given, key=lambda one: _place(one[0])):
        what, _, who = key.partition(":")
        try:
            found.said.append(_HOW[what](found, who, value))
        except KeyError:
            found.problems.append((key, f"“{key}” is nothing that can be otherwise."))
        except ValueError as error:
            found.problems.append((key, f"{key}: {error}"))
    return found


def _place(key: str) -> int:
    what = key.partition(":")[0]
    return _ORDER.index(what) if what in _ORDER else len(_ORDER)


def _without(found: WhatIf, who: str, _: str) -> str:
    partner = _partner(found.agreed, who)
    others = tuple(one for one in found.agreed.partners if one is not partner)
    found.agreed = replace(found.agreed, partners=others)
    return f"Without {partner.name}."


def _capital(found: WhatIf, who: str, value: str) -> str:
    code, _, stream = who.rpartition(":")
    if not code or stream not in STREAMS:
        raise ValueError(f"name a partner and one of {', '.join(STREAMS)}, such as RBC:local.")
    pence, of = parse_pounds(value), Stream(stream)
    held = _known(found.agreed, code)
    partner = held or Partner(code, code, dict.fromkeys(Stream))
    changed = replace(partner, capital={**partner.capital, of: pence})
    others = tuple(one for one in found.agreed.partners if one is not partner)
    found.agreed = replace(found.agreed, partners=(*others, changed))
    joins = "" if held else ", which joins"
    return f"{STREAMS[of]} of {partner.name}{joins}: {pounds(pence)}."


def _rate(found: WhatIf, _: str, value: str) -> str:
    rate = _percent(value)
    found.agreed = replace(found.agreed, fee=FeeTerm(rate))
    return f"The fee of every partner without a term of its own: {percent(rate)}."


def _fee(found: WhatIf, who: str, value: str) -> str:
    partner, term = _term(found.agreed, who)
    rate = _percent(value)
    _except(found, partner, replace(term, percent=rate, because=""))
    return f"The fee of {partner.name}: {percent(rate)}."


def _less(found: WhatIf, who: str, value: str) -> str:
    partner, term = _term(found.agreed, who)
    pence = parse_pounds(value)
    _except(found, partner, replace(term, less_pence=pence, because=""))
    return f"Taken off the fee of {partner.name}: {pounds(pence)}."


def _line(found: WhatIf, who: str, value: str) -> str:
    pence = parse_pounds(value)
    held = {one.line.casefold(): one for one in found.agreed.lines}
    line = held.get(who.casefold(), Line(who, LineKind.ADDITIONAL, 0))
    others = tuple(one for one in found.agreed.lines if one is not line)
    changed = (*others, replace(line, amount_pence=pence))
    found.agreed = replace(found.agreed, lines=changed)
    return f"{line.line}: {pounds(pence)}."


def _fixed(found: WhatIf, who: str, value: str) -> str:
    pence = parse_pounds(value)
    held = {one.name.casefold(): one for one in found.agreed.fixed}
    funder = held.get(who.casefold(), Funder(who, 0))
    others = tuple(one for one in found.agreed.fixed if one is not funder)
    changed = (*others, replace(funder, amount_pence=pence))
    found.agreed = replace(found.agreed, fixed=changed)
    return f"{funder.name} contributes {pounds(pence)}."


_HOW: Final[Mapping[str, Callable[[WhatIf, str, str], str]]] = {
    "without": _without,
    "capital": _capital,
    "rate": _rate,
    "fee": _fee,
    "less": _less,
    "line": _line,
    "fixed": _fixed,
}


def _percent(value: str) -> Decimal:
    found = _PERCENT.fullmatch(value)
    if not found or Decimal(found[1]) > _MOST:
        raise ValueError(f"“{value}” is no rate; give per cent from 0 to {_MOST}, such as 12.5.")
    return Decimal(found[1])


def _known(agreed: Agreed, who: str) -> Partner | None:
    """Return the partner of a code, or the only one whose name begins so."""
    typed = who.strip().casefold()
    coded = [one for one in agreed.partners if one.code.casefold() == typed]
    called = [one for one in agreed.partners if typed and one.name.casefold().startswith(typed)]
    found = coded or called
    return found[0] if len(found) == 1 else None


def _partner(agreed: Agreed, who: str) -> Partner:
    found = _known(agreed, who)
    if found is None:
        known = ", ".join(one.code for one in agreed.partners)
        raise ValueError(f"there is no partner {who}; there are {known}.")
    return found


def _term(agreed: Agreed, who: str) -> tuple[Partner, FeeTerm]:
    partner = _partner(agreed, who)
    term = agreed.term_of(partner.code)
    if term is None:
        raise ValueError(f"no fee of {partner.name} is recorded; give the rate of all as well.")
    return partner, term


def _except(found: WhatIf, partner: Partner, term: FeeTerm) -> None:
    terms = {**found.agreed.exceptions, partner.code: term}
    found.agreed = replace(found.agreed, exceptions=terms)


def compared(agreed: Contributions, would_be: Contributions) -> tuple[Compared, ...]:
    """Return each partner and funder with both contributions, side by side."""
    both = (agreed, would_be)
    partners = [{one.partner.name: one.total_pence for one in each.partners} for each in both]
    funders = [{one.name: one.amount_pence for one in each.agreed.fixed} for each in both]
    return (*_beside(*partners), *_beside(*funders))


def _beside(agreed: Mapping[str, int], would_be: Mapping[str, int]) -> Iterator[Compared]:
    for name in dict.fromkeys((*agreed, *would_be)):
        yield Compared(name, agreed.get(name), would_be.get(name))


def side_by_side(agreed: Agreed, found: WhatIf) -> tuple[Compared, ...]:
    """Return each partner and funder as agreed and as it would be.

    Raises:
        InvalidTermsError: Either cannot be worked out.
    """
    return compared(contributions(agreed), contributions(found.agreed))
