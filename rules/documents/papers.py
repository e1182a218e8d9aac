"""What is printed: the frozen values behind each document, and the promise that they add up.

A paper holds everything its template needs and nothing else. It is made once, from figures that
were already decided, and cannot be made at all if its lines and totals disagree by a penny.
No paper carries a diagnosis or a date of birth, and the papers for landlords carry no prices.
"""

from dataclasses import dataclass
from datetime import date

from rules.documents.paper_lines import (
    PaperLine,
    Party,
    UnpricedLine,
    VatNote,
    check_lines,
    check_sum,
    vat_notes,
)
from rules.errors import InvalidDecisionError, InvalidWorksError
from rules.grants.waterfall import LineKind, Part, WaterfallLine, faults, sum_of

__all__ = [
    "ApprovalPaper",
    "CompletionPaper",
    "ConsentRequestPaper",
    "PaperLine",
    "Party",
    "RefusalPaper",
    "UnpricedLine",
    "WorkOrderPaper",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderPaper:
    """The instruction to one contractor: what a contractor needs and nothing more.

    Args:
        order_number: Number of the work order.
        version: From 1; a later version replaces the earlier ones.
        case_reference: Reference of the case.
        issued_on: London date of issue.
        authority: Who orders, pays and takes invoices.
        officer: The grant technical officer to call.
        contractor: Who is instructed.
        client_name: Whose home it is.
        site_address: Address of the home, without the postcode.
        postcode: Postcode of the home.
        client_phone: How to reach the client, or empty.
        access_notes: Keys, parking, pets, carers; empty for none.
        works_title: The works in a few words.
        purposes: Purposes of s.23(1): the letter with its words.
        lines: Every line, priced.
        works: The works line by line where a package prices them as one; otherwise empty.
        net_pence: Sum of the lines before VAT.
        vat_pence: Sum of the lines' VAT.
        total_pence: What the order is worth with VAT.
        start_by: Last date to start.
        complete_by: Last date to complete.
        consent_text: Which consent the works rest on, or why none was needed.
        consent_conditions: The landlord's conditions, one each.
        certificates: Certificates to hand over, one each.
        cdm_note: What CDM 2015 asks on this order beyond the construction phase plan, or empty.
        route_text: By which route and award rule the contractor was chosen.
        direction_text: The direction under s.2(2)(b) or s.38(1) that the award rests on, or empty.
        defects_months: Length of the defects period, in months from the certified date.
        payment_days: Days in which an acceptable invoice is paid.
        change_text: What this version changes; empty on version 1.

    Raises:
        InvalidWorksError: The lines and the totals do not agree.
    """

    order_number: str
    version: int
    case_reference: str
    issued_on: date
    authority: Party
    officer: Party
    contractor: Party
    client_name: str
    site_address: str
    postcode: str
    client_phone: str
    access_notes: str
    works_title: str
    purposes: tuple[str, ...]
    lines: tuple[PaperLine, ...]
    net_pence: int
    vat_pence: int
    total_pence: int
    start_by: date
    complete_by: date
    consent_text: str
    consent_conditions: tuple[str, ...]
    certificates: tuple[str, ...]
    cdm_note: str
    route_text: str
    direction_text: str
    defects_months: int
    payment_days: int
    change_text: str = ""
    works: tuple[UnpricedLine, ...] = ()

    def __post_init__(self) -> None:
        paper = f"work order {self.order_number}"
        check_lines(
            paper=paper, lines=self.lines, net_pence=self.net_pence, vat_pence=self.vat_pence
        )
        check_sum(
            paper=paper,
            what="net and VAT",
            found_pence=self.net_pence + self.vat_pence,
            stated_pence=self.total_pence,
        )

    @property
    def vat_notes(self) -> tuple[VatNote, ...]:
        """The VAT rates on this order and why each applies."""
        return vat_notes(lines=self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPaper:
    """The notice of approval under s.34(1)–(3), to the client.

    Args:
        case_reference: Reference of the case.
        applied_on: Date of the application; the decision is due within 6 months of it.
        decided_on: London date of the decision.
        authority: Who decides, and whom to ask.
        officer_name: Who decided.
        officer_role: In what role.
        client: Whom the notice is for.
        site_address: The home.
        works_title: The works in a few words.
        purposes: Purposes of s.23(1): the letter with its words.
        lines: The eligible works, priced.
        net_pence: Sum of the lines before VAT.
        vat_pence: Sum of the lines' VAT.
        waterfall: From the cost to the grant, and who pays what, line by line.
        grant_pence: The grant.
        contractor_name: Who will do the works, or empty while nobody is instructed yet.
        contractor_total_pence: The contractor's price with VAT.
        complete_by: Last date to complete: 12 months from approval (s.37(1)).
        direction_text: The direction under s.2(2)(b), or empty when two estimates were had.
        conditions: Conditions of the grant, one each.
        told_of_direct_payment_on: When the client was told, before approval, that the contractor
            is paid directly (s.39); None when the grant is paid to the client.
        deferred_until: Date to which payment is deferred (s.36), or None.
        charge_pence: Most that may be reclaimed on disposal by an owner; 0 for no charge.

    Raises:
        InvalidWorksError: The lines, the costs and the grant do not agree.
    """

    case_reference: str
    applied_on: date
    decided_on: date
    authority: Party
    officer_name: str
    officer_role: str
    client: Party
    site_address: str
    works_title: str
    purposes: tuple[str, ...]
    lines: tuple[PaperLine, ...]
    net_pence: int
    vat_pence: int
    waterfall: tuple[WaterfallLine, ...]
    grant_pence: int
    contractor_name: str
    contractor_total_pence: int
    complete_by: date
    direction_text: str
    conditions: tuple[str, ...]
    told_of_direct_payment_on: date | None
    deferred_until: date | None = None
    charge_pence: int = 0

    def __post_init__(self) -> None:
        paper = f"approval of {self.case_reference}"
        check_lines(
            paper=paper, lines=self.lines, net_pence=self.net_pence, vat_pence=self.vat_pence
        )
        wrong = faults(self.waterfall)
        if wrong:
            raise InvalidWorksError(
                f"The waterfall of the {paper} does not add up.",
                why=" ".join(wrong),
                next_step="Run `handrail verify`.",
            )
        for what, part, kinds, stated in (
            ("works without VAT", Part.COST, (LineKind.WORKS,), self.net_pence),
            ("VAT", Part.COST, (LineKind.VAT,), self.vat_pence),
            ("grant", Part.SHARES, (LineKind.GRANT,), self.grant_pence),
        ):
            found = sum_of(self.waterfall, part, *kinds)
            check_sum(paper=paper, what=what, found_pence=found, stated_pence=stated)

    @property
    def expense_pence(self) -> int:
        """The estimated expense of s.34(2): works, VAT and fees."""
        return sum_of(self.waterfall, Part.COST)

    @property
    def own_contribution_pence(self) -> int:
        """What is left of the contribution for the client to pay."""
        return sum_of(self.waterfall, Part.SHARES, LineKind.CONTRIBUTION)

    @property
    def uncovered_pence(self) -> int:
        """What is left above the maximum that nobody is recorded to pay."""
        return sum_of(self.waterfall, Part.SHARES, LineKind.OVER_MAXIMUM)

    @property
    def vat_notes(self) -> tuple[VatNote, ...]:
        """The VAT rates on the works and why each applies."""
        return vat_notes(lines=self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalPaper:
    """The notice of refusal with its reasons under s.34(1) and (4), to the client.

    Args:
        case_reference: Reference of the case.
        applied_on: Date of the application.
        decided_on: London date of the decision.
        authority: Who decides, and whom to ask.
        officer_name: Who decided.
        officer_role: In what role.
        client: Whom the notice is for.
        site_address: The home.
        works_title: The works in a few words.
        reasons: The reasons, one each, with the section of the Act where one applies.
        what_would_change: What would lead to another decision, one each; empty for nothing.
    """

    case_reference: str
    applied_on: date
    decided_on: date
    authority: Party
    officer_name: str
    officer_role: str
    client: Party
    site_address: str
    works_title: str
    reasons: tuple[str, ...]
    what_would_change: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not any(reason.strip() for reason in self.reasons):
            raise InvalidDecisionError(
                f"The refusal of {self.case_reference} gives no reason.",
                why="A refusal must be notified with its reasons.",
                next_step="Record at least one reason and refuse again.",
                section="s.34(4)",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRequestPaper:
    """The written request to a landlord; no prices and nothing about the client's health.

    Args:
        case_reference: Reference of the case.
        written_on: London date of the request.
        authority: Who asks.
        officer: The grant technical officer to call.
        landlord: Who is asked.
        client_name: The tenant.
        site_address: The home.
        works_title: The works in a few words.
        lines: The works, without prices.
        asked_for: What is asked for, one each: consent to the works, the owner's certificate.
        reply_by: When an answer is asked for.
        equality_note: What the Equality Act 2010 says about consent.
        agreement: The agreement the request is made under, or empty.
    """

    case_reference: str
    written_on: date
    authority: Party
    officer: Party
    landlord: Party
    client_name: str
    site_address: str
    works_title: str
    lines: tuple[UnpricedLine, ...]
    asked_for: tuple[str, ...]
    reply_by: date
    equality_note: str
    agreement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionPaper:
    """The certificate that the works were finished to the authority's satisfaction (s.44(3)).

    Args:
        case_reference: Reference of the case.
        order_number: Number of the work order.
        certified_on: The certified date.
        authority: Who certifies, and whom to ask.
        officer: The grant technical officer who inspected.
        client: Whose home it is.
        site_address: The home.
        contractor: Who did the works and puts defects right.
        works_title: The works in a few words.
        lines: The works as signed off.
        certificates: Certificates held, one each.
        defects_until: Last day of the defects period.
        client_agreed_on: When the client agreed that the works are finished, or None.
        charge_until: Last day on which grant may be reclaimed on disposal, or None.
    """

    case_reference: str
    order_number: str
    certified_on: date
    authority: Party
    officer: Party
    client: Party
    site_address: str
    contractor: Party
    works_title: str
    lines: tuple[UnpricedLine, ...]
    certificates: tuple[str, ...]
    defects_until: date
    client_agreed_on: date | None = None
    charge_until: date | None = None
