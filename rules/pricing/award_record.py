"""The price and award record: how a case came to its price and its contractor, as it is filed.

An internal paper, because it shows every contractor's price. It is made once, from what was frozen
with the award, and cannot be made at all if its lines, its totals and its placings disagree.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.decisions import Plan
from rules.documents.paper_lines import (
    Contact,
    PaperLine,
    VatNote,
    check_lines,
    check_sum,
    vat_notes,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLine(PaperLine):
    """One priced line with everything its price rests on.

    Args:
        rate_source: Which schedule version, contract, package or quote the rate is from.
        relief_percent: Share of the line, in percent, that its VAT relief covers.
    """

    rate_source: str
    relief_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDecision:
    """A discretionary decision as a statement that its officer signs.

    Args:
        title: What it is, such as a direction under section 2(2)(b).
        statement: What is decided, in the first person.
        reason: Why, as recorded.
        plan: The four sentences of PLAN, or None where none were asked for.
        name: Who decided.
        role: In what role.
        decided_on: London date of the decision.
    """

    title: str
    statement: str
    reason: str
    plan: Plan | None
    name: str
    role: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """What the award says of one contractor.

    Args:
        place: 1 for the first to be offered the works; None for no place.
        contractor: Its name.
        net_pence: Its price for these works without VAT, or None without a price.
        total_pence: The same with VAT.
        saving_pence: What it is below the highest of those with a place, or None.
        above_lowest_pence: What it is above the lowest of those with a place, or None.
        explanation: Why it has its place, or has none.
        chosen: Whether it was awarded the works.
    """

    place: int | None
    contractor: str
    code: str
    net_pence: int | None
    total_pence: int | None
    saving_pence: int | None
    above_lowest_pence: int | None
    explanation: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsRow:
    """One contractor's turns as the award counted them.

    Args:
        contractor: Its name.
        turns: How many since 1 April.
        value_pence: What they were worth, without VAT.
        last_on: The day of its last turn, of any year, or None.
    """

    contractor: str
    code: str
    turns: int
    value_pence: int
    last_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One criterion and its figure: a weight in percent, or a mark out of 100."""

    criterion: str
    figure: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """What became of one invitation to quote.

    Args:
        contractor: Its name.
        answer: What it answered, in words, with the day and the time.
        net_pence: What it asked without VAT; None where no quote was opened.
        marks: Its marks for quality, one a criterion.
        price_points: Points for its price, or None.
        quality_points: Points for its quality, or None.
        points: Both together, out of 100, or None.
    """

    contractor: str
    answer: str
    net_pence: int | None
    marks: tuple[Mark, ...]
    price_points: Decimal | None
    quality_points: Decimal | None
    points: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitionRecord:
    """A mini-competition: its terms as announced, and what came of each invitation.

    Args:
        invited: When the contractors were invited, in words.
        deadline: The deadline for quotes, in words.
        opened: When the quotes were opened, in words.
        weights: Price and each quality criterion with its weight in percent; they make 100.
        quotes: One row for every invitation that was answered, and those that were not.
    """

    invited: str
    deadline: str
    opened: str
    weights: tuple[Mark, ...]
    quotes: tuple[QuoteRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRecordPaper:
    """The price and award record of one award.

    Args:
        case_reference: Reference of the case.
        version: Version of the award, from 1.
        made_on: London date of the award; of a mini-competition, when an officer awarded it.
        authority: Whose case it is.
        officer: The grant technical officer of the case.
        client_name: Whose home it is.
        site_address: The home.
        works_title: The works in a few words.
        route: The route in words.
        route_reasons: Why this route, one sentence each.
        route_override: The officer's choice against the rule, or None.
        lot: The lot in words, or empty.
        rule: The award rule in words, or empty.
        contractor: Who was awarded the works.
        lines: Every line of its price.
        method: The order of operations in a sentence.
        net_pence: Sum of the lines before VAT.
        vat_pence: Sum of the lines' VAT.
        total_pence: The price with VAT.
        declaration: The VAT declaration that the reliefs rest on, or that none is held.
        placings: Every contractor of the lot, those with a place first.
        turns_since: The 1 April from which turns are counted, or None where none were.
        turns: The turns that were counted.
        competition: The mini-competition, or None on the other routes.
        decisions: The direction, and the award of a mini-competition, that closed the tender.

    Raises:
        InvalidWorksError: The lines, the totals and the contractor's placing do not agree.
    """

    case_reference: str
    version: int
    made_on: date
    authority: Contact
    officer: Contact
    client_name: str
    site_address: str
    works_title: str
    route: str
    route_reasons: tuple[str, ...]
    route_override: SignedDecision | None
    lot: str
    rule: str
    contractor: Contact
    lines: tuple[ExplainedLine, ...]
    method: str
    net_pence: int
    vat_pence: int
    total_pence: int
    declaration: str
    placings: tuple[AwardRow, ...]
    turns_since: date | None
    turns: tuple[TurnsRow, ...]
    competition: CompetitionRecord | None
    decisions: tuple[SignedDecision, ...]

    def __post_init__(self) -> None:
        paper = f"price and award record of {self.case_reference}"
        check_lines(
            paper=paper, lines=self.lines, net_pence=self.net_pence, vat_pence=self.vat_pence
        )
        check_sum(
            paper=paper,
            what="net and VAT",
            found_pence=self.net_pence + self.vat_pence,
            stated_pence=self.total_pence,
        )
        for row in self.placings:
            if row.chosen and row.total_pence is not None:
                check_sum(
                    paper=paper,
                    what="chosen contractor's total",
                    found_pence=self.total_pence,
                    stated_pence=row.total_pence,
                )

    @property
    def vat_notes(self) -> tuple[VatNote, ...]:
        """The VAT rates on the lines and why each applies."""
        return vat_notes(lines=self.lines)

    @property
    def saving_pence(self) -> int | None:
        """What the contractor awarded is below the highest total, or None where it is unknown."""
        return next((row.saving_pence for row in self.placings if row.chosen), None)
