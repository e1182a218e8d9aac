"""The waterfall of a grant: from the cost to the grant, and who pays what, line by line.

It is frozen with the approval and printed as it stands, so that the notice of s.34, the record and
the screen can never disagree by a penny.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from rules.grants.arithmetic import SHIPPED, Arithmetic
from rules.grants.funding import FundingKind
from rules.grants.grant import MAXIMUM_PENCE, Grant, grant_for
from rules.money import pounds

CHARGES: Final = "Preliminary and ancillary services and charges"
"""What a fee is called that was given without a name, and the line that says there are none."""

_FUNDERS: Final = (FundingKind.PROVIDER, FundingKind.OTHER_FUNDER)


class Part(StrEnum):
    """The parts of a waterfall: the first two run on, the third begins at nothing."""

    COST = "cost"
    GRANT = "grant"
    SHARES = "shares"


class LineKind(StrEnum):
    """What a line of a waterfall is."""

    WORKS = "works"
    VAT = "vat"
    CHARGE = "charge"
    FUNDER = "funder"
    NOT_ELIGIBLE = "not_eligible"
    OVER_MAXIMUM = "over_maximum"
    CONTRIBUTION = "contribution"
    GRANT = "grant"
    TOP_UP = "top_up"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class WaterfallLine:
    """One line.

    Args:
        part: The part it belongs to.
        kind: What it is.
        label: Its words, as printed.
        amount_pence: What it adds or takes off; nothing on a total.
        running_pence: What it comes to with everything above it in its run.
        basis: The section, rule or agreement it rests on, or empty.
    """

    part: Part
    kind: LineKind
    label: str
    amount_pence: int
    running_pence: int
    basis: str = ""

    @property
    def total(self) -> bool:
        """Whether it only says what the lines above come to."""
        return self.kind is LineKind.TOTAL


@dataclass(frozen=True, slots=True)
class FundingItem:
    """A fee or charge, or what somebody puts in.

    Args:
        kind: What it is.
        description: For what or from whom, as printed.
        amount_pence: Pence, above zero.
    """

    kind: FundingKind
    description: str
    amount_pence: int


@dataclass(frozen=True, slots=True)
class MeansTest:
    """What the means test asks of the applicant.

    Args:
        contribution_pence: The contribution as assessed, in pence.
        waiver: The rule under which the test is waived, as letters cite it; empty if it is not.
        child: The disabled person was under 18 at the application: there is no test.
    """

    contribution_pence: int = 0
    waiver: str = ""
    child: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A grant and the lines that lead to it."""

    grant: Grant
    lines: tuple[WaterfallLine, ...]
    arithmetic: Arithmetic


@dataclass(slots=True)
class _Lines:
    """The lines as they are laid: each part but the shares runs on from the one before."""

    lines: list[WaterfallLine] = field(default_factory=list)
    running_pence: int = 0

    def lay(self, part: Part, kind: LineKind, label: str, pence: int, basis: str = "") -> None:
        self.running_pence += pence
        self.lines.append(WaterfallLine(part, kind, label, pence, self.running_pence, basis))

    def total(self, part: Part, label: str, basis: str = "") -> None:
        self.lay(part, LineKind.TOTAL, label, 0, basis)


def reckon(
    *,
    net_pence: int,
    vat_pence: int,
    items: Sequence[FundingItem],
    means: MeansTest,
    maximum_pence: int = MAXIMUM_PENCE,
    arithmetic: Arithmetic = SHIPPED,
    not_eligible_pence: int = 0,
) -> Waterfall:
    """Return the grant with its waterfall.

    Args:
        net_pence: The works before VAT, in pence.
        vat_pence: VAT on them, in pence.
        items: Fees, charges and what others put in, in the order they are printed.
        means: What the means test asks.
        maximum_pence: The maximum of s.33, in pence.
        arithmetic: The order of the authority.
        not_eligible_pence: Of the works with VAT, those that are not eligible.

    Source: ``docs/decisions/0009-grant-arithmetic.md``.
    """

    def of(*kinds: FundingKind) -> list[FundingItem]:
        return [item for item in items if item.kind in kinds]

    grant = grant_for(
        net_pence=net_pence,
        vat_pence=vat_pence,
        fees_pence=_sum(of(FundingKind.FEE)),
        ancillary_pence=_sum(of(FundingKind.ANCILLARY)),
        funders_pence=_sum(of(*_FUNDERS)),
        contribution_pence=means.contribution_pence,
        waived=bool(means.waiver),
        top_up_pence=_sum(of(FundingKind.TOP_UP)),
        contribution_top_up_pence=_sum(of(FundingKind.CONTRIBUTION_TOP_UP)),
        maximum_pence=maximum_pence,
        arithmetic=arithmetic,
        not_eligible_pence=not_eligible_pence,
    )
    funders = tuple(_needed(of(*_FUNDERS), grant.funders_pence))
    laid = _Lines()
    _lay_cost(laid, grant, of(FundingKind.FEE, FundingKind.ANCILLARY))
    _lay_grant(laid, grant, funders if grant.off_pence else (), means, arithmetic)
    laid.running_pence = 0
    top_ups = (
        *_needed(of(FundingKind.TOP_UP), grant.top_up_pence),
        *_needed(of(FundingKind.CONTRIBUTION_TOP_UP), grant.contribution_top_up_pence),
    )
    _lay_shares(laid, grant, funders, top_ups)
    return Waterfall(grant, tuple(laid.lines), arithmetic)


def _sum(items: Iterable[FundingItem]) -> int:
    return sum(item.amount_pence for item in items)


def _needed(items: Iterable[FundingItem], most_pence: int) -> Iterator[tuple[str, int]]:
    """Yield what each funder pays, in order, until what is needed is met."""
    for item in items:
        pays = min(item.amount_pence, most_pence)
        most_pence -= pays
        if pays:
            yield item.description, pays


def _lay_cost(laid: _Lines, grant: Grant, charges: Sequence[FundingItem]) -> None:
    works = "All the works" if grant.not_eligible_pence else "Eligible works"
    laid.lay(Part.COST, LineKind.WORKS, f"{works}, without VAT", grant.net_pence)
    laid.lay(Part.COST, LineKind.VAT, "VAT on the works", grant.vat_pence)
    for item in charges:
        laid.lay(Part.COST, LineKind.CHARGE, item.description, item.amount_pence, "section 2(3)")
    if not charges:
        laid.lay(Part.COST, LineKind.CHARGE, CHARGES, 0, "section 2(3)")
    if grant.not_eligible_pence:
        laid.total(Part.COST, "Cost of all the works and charges")
    else:
        laid.total(Part.COST, "Cost we accept (“the estimated expense”)", "section 34(2)")


def _lay_grant(
    laid: _Lines,
    grant: Grant,
    off: Sequence[tuple[str, int]],
    means: MeansTest,
    arithmetic: Arithmetic,
) -> None:
    if grant.not_eligible_pence:
        left = "Less: works we do not accept, which leaves “the estimated expense”"
        taken = -grant.not_eligible_pence
        laid.lay(Part.GRANT, LineKind.NOT_ELIGIBLE, left, taken, "section 34(2)")
    for name, pence in off:
        laid.lay(Part.GRANT, LineKind.FUNDER, f"Less: paid by {name}", -pence)
    steps = (_lay_over_maximum, _lay_contribution)
    for lay in reversed(steps) if arithmetic is Arithmetic.CONTRIBUTION_FIRST else steps:
        lay(laid, grant, means)
    laid.total(Part.GRANT, "Your grant")


def _lay_over_maximum(laid: _Lines, grant: Grant, _: MeansTest) -> None:
    if grant.over_maximum_pence:
        most = f"Less: cost above the maximum grant of {pounds(grant.maximum_pence)}"
        laid.lay(Part.GRANT, LineKind.OVER_MAXIMUM, most, -grant.over_maximum_pence, "section 33")


def _lay_contribution(laid: _Lines, grant: Grant, means: MeansTest) -> None:
    label, basis = _contribution_words(means)
    laid.lay(Part.GRANT, LineKind.CONTRIBUTION, label, -grant.contribution_pence, basis)


def _contribution_words(means: MeansTest) -> tuple[str, str]:
    if means.waiver:
        return "Your contribution: nothing, the means test is waived", means.waiver
    if means.child:
        return (
            "Your contribution: nothing, there is no means test for a child or young person",
            "Housing Renewal Grants Regulations 1996, regulation 5",
        )
    return "Less: your contribution, from the means test", "section 30"


def _lay_shares(
    laid: _Lines,
    grant: Grant,
    funders: Sequence[tuple[str, int]],
    top_ups: Sequence[tuple[str, int]],
) -> None:
    laid.lay(Part.SHARES, LineKind.GRANT, "The grant", grant.grant_pence)
    for name, pence in funders:
        laid.lay(Part.SHARES, LineKind.FUNDER, name, pence)
    for name, pence in top_ups:
        basis = "discretionary, Regulatory Reform (Housing Assistance) Order 2002"
        laid.lay(Part.SHARES, LineKind.TOP_UP, name, pence, basis)
    if grant.own_contribution_pence:
        laid.lay(
            Part.SHARES, LineKind.CONTRIBUTION, "Your contribution", grant.own_contribution_pence
        )
    if grant.uncovered_pence:
        above = "Above the maximum grant, still to be found"
        laid.lay(Part.SHARES, LineKind.OVER_MAXIMUM, above, grant.uncovered_pence)
    if grant.own_not_eligible_pence:
        rest = "Works we do not accept, for you to pay if you want them"
        laid.lay(Part.SHARES, LineKind.NOT_ELIGIBLE, rest, grant.own_not_eligible_pence)
    laid.total(Part.SHARES, "All the works" if grant.not_eligible_pence else "Cost we accept")


# ---- checking, and keeping


def sum_of(lines: Iterable[WaterfallLine], part: Part, *kinds: LineKind) -> int:
    """Return what lines of some kinds in one part come to, in pence.

    Args:
        part: The part.
        kinds: The kinds of line; all but totals if none is given.
    """
    return sum(
        line.amount_pence
        for line in lines
        if line.part is part and (line.kind in kinds or not kinds)
    )


def faults(lines: Sequence[WaterfallLine]) -> tuple[str, ...]:
    """Return, a sentence each, where a waterfall does not add up; nothing where it does.

    Args:
        lines: The lines, in order.
    """
    ends = {part: [line for line in lines if line.part is part][-1:] for part in Part}
    found = [
        f"Its part “{part}” does not end in one total."
        for part, end in ends.items()
        if not end or [line for line in lines if line.part is part and line.total] != end
    ]
    if found:
        return tuple(found)
    if [line.part for line in lines] != sorted((line.part for line in lines), key=_ORDER.index):
        return ("Its parts are not in order.",)
    found += _running_faults(lines)
    expense, grant, shares = (ends[part][0].running_pence for part in Part)
    if shares != expense:
        found.append(f"Who pays what comes to {pounds(shares)}, the cost to {pounds(expense)}.")
    if sum_of(lines, Part.SHARES, LineKind.GRANT) != grant:
        found.append("The grant among those who pay is another.")
    return tuple(found)


_ORDER: Final = list(Part)


def _running_faults(lines: Sequence[WaterfallLine]) -> Iterator[str]:
    running, before = 0, Part.COST
    for line in lines:
        if line.part is Part.SHARES and before is not Part.SHARES:
            running = 0
        if line.running_pence != running + line.amount_pence:
            yield f"“{line.label}” does not carry on from the line before it."
        if line.total and line.amount_pence:
            yield f"“{line.label}” is a total and adds."
        running, before = line.running_pence, line.part


def to_plain(lines: Iterable[WaterfallLine]) -> list[dict[str, Any]]:
    """Return a waterfall as plain values, to be kept or shown to machines."""
    return [{**asdict(line), "part": line.part.value, "kind": line.kind.value} for line in lines]


def from_plain(kept: Iterable[Mapping[str, Any]]) -> tuple[WaterfallLine, ...]:
    """Return the lines of a waterfall that was kept.

    Args:
        kept: What ``to_plain`` gave.
    """
    return tuple(
        WaterfallLine(**{**line, "part": Part(line["part"]), "kind": LineKind(line["kind"])})
        for line in kept
    )
