"""What is printed: the frozen values behind each document, and the promise that they add up.

A paper holds everything its template needs and nothing else. It is made once, from figures that
were already decided, and cannot be made at all if its lines and totals disagree by a penny.
No paper carries a diagnosis or a date of birth, and the papers for landlords carry no prices.
"""

from dataclasses import dataclass
from datetime import date

from rules.completion import line_words
from rules.documents.contract_terms import ContractTerms
from rules.documents.paper_lines import (
    Contact,
    PaperLine,
    UnpricedLine,
    VatNote,
    check_lines,
    check_sum,
    vat_notes,
)
from rules.errors import InvalidDecisionError, InvalidWorksError
from rules.grants.arithmetic import SHIPPED, WORDS
from rules.grants.means_test import SumLine
from rules.grants.means_test import faults as faults_in_means
from rules.grants.waterfall import LineKind, Part, WaterfallLine, faults, sum_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePaper:
    """What every document on a case says.

    Args:
        authority: Who sends it, and whom to ask.
        works_title: The works in a few words.
    """

    case_reference: str
    authority: Contact
    site_address: str
    works_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderPaper(CasePaper):
    """The instruction to one contractor: what a contractor needs and nothing more.

    Args:
        officer: The grant technical officer to call.
        site_address: Address of the home, without the postcode.
        client_phone: How to reach the client, or empty.
        purposes: Purposes of s.23(1): the letter with its words.
        access: What the contractor is to know before going to the home, one each.
        works: The works line by line where a package prices them as items; otherwise empty.
        f10: Whether HSE must be told of these works, by whom, with the sums; empty where no
            working days are held to reckon with.
        total_pence: What the order is worth with VAT.
        consent_text: Which consent the works rest on, or why none was needed.
        consent_conditions: The landlord's conditions, one each.
        certificates: Certificates to hand over, one each.
        route_text: By which route and award rule the contractor was chosen.
        direction_text: The direction under s.2(2)(b) or s.38(1) that the award rests on, or empty.
        defects_months: Length of the defects period, in months from the certified date.
        changed: What changed from the version before, one each; nothing of the first.
        terms: Whose contract it is, and what that makes of duties, tax and the invoice.

    Raises:
        InvalidWorksError: The lines and the totals do not agree.
    """

    order_number: str
    issued_on: date
    officer: Contact
    contractor: Contact
    client_name: str
    postcode: str
    client_phone: str
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
    route_text: str
    direction_text: str
    defects_months: int
    terms: ContractTerms
    works: tuple[UnpricedLine, ...] = ()
    access: tuple[str, ...] = ()
    f10: str = ""
    version: int = 1
    changed: tuple[str, ...] = ()

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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of the works that is not eligible, and why; pence with VAT."""

    item: str
    description: str
    why: str
    total_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPaper(CasePaper):
    """The notice of approval under s.34(1)–(3), to the client.

    Args:
        applied_on: Date of the application; the decision is due within 6 months of it.
        purposes: Purposes of s.23(1): the letter with its words.
        waterfall: From the cost to the grant, and who pays what, line by line.
        contractor_name: Whose price it is, and who is offered the works first.
        contractor_total_pence: The contractor's price with VAT.
        complete_by: Last date to complete: 12 months from approval (s.37(1)).
        direction_text: The direction under s.2(2)(b), or empty when two estimates were had.
        told_of_direct_payment_on: When the client was told, before approval, that the contractor
            is paid directly (s.39); None when no letter said so.
        charge_pence: Most that may be reclaimed on disposal by an owner; 0 for no charge.
        works: The works line by line where a package prices them as items; otherwise empty.
        means_test: How the contribution was reached, line by line; empty where none is on record.
        arithmetic: Which of maximum, contribution and others' money came first, in words.
        left_out: The works that are not eligible, with the reasons.
        pay_from: The day before which nothing is paid (s.36); None where that is not deferred.
        again_for: For what the grant is redetermined (s.34(5)), in words; empty where it is not.
        preventive: The works that are for a foreseeable need, with why, one each.

    Raises:
        InvalidWorksError: The lines, the costs and the grant do not agree.
    """

    applied_on: date
    decided_on: date
    officer_name: str
    officer_role: str
    client: Contact
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
    told_of_direct_payment_on: date | None
    charge_pence: int = 0
    works: tuple[UnpricedLine, ...] = ()
    means_test: tuple[SumLine, ...] = ()
    arithmetic: str = WORDS[SHIPPED]
    left_out: tuple[LeftOut, ...] = ()
    pay_from: date | None = None
    again_for: str = ""
    preventive: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        paper = f"approval of {self.case_reference}"
        check_lines(
            paper=paper, lines=self.lines, net_pence=self.net_pence, vat_pence=self.vat_pence
        )
        check_sum(
            paper=paper,
            what="works that are not eligible",
            found_pence=sum(one.total_pence for one in self.left_out),
            stated_pence=-sum_of(self.waterfall, Part.GRANT, LineKind.NOT_ELIGIBLE),
        )
        wrong = (*faults(self.waterfall), *faults_in_means(self.means_test))
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
    def accepted(self) -> tuple[PaperLine, ...]:
        """The lines that the grant is reckoned of."""
        out = {one.item for one in self.left_out}
        return tuple(line for line in self.lines if str(line.item) not in out)

    @property
    def own_not_eligible_pence(self) -> int:
        """What is left of the works that are not eligible for the client to pay."""
        return sum_of(self.waterfall, Part.SHARES, LineKind.NOT_ELIGIBLE)

    @property
    def uncovered_pence(self) -> int:
        """What is left above the maximum that nobody is recorded to pay."""
        return sum_of(self.waterfall, Part.SHARES, LineKind.OVER_MAXIMUM)

    @property
    def vat_notes(self) -> tuple[VatNote, ...]:
        """The VAT rates on the works and why each applies."""
        return vat_notes(lines=self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalPaper(CasePaper):
    """The notice of refusal with its reasons under s.34(1) and (4), to the client.

    Args:
        reasons: The reasons, one each, with the section of the Act where one applies.
    """

    applied_on: date
    decided_on: date
    officer_name: str
    officer_role: str
    client: Contact
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        if not any(reason.strip() for reason in self.reasons):
            raise InvalidDecisionError(
                f"The refusal of {self.case_reference} gives no reason.",
                why="A refusal must be notified with its reasons.",
                next_step="Record at least one reason and refuse again.",
                section="s.34(4)",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRequestPaper(CasePaper):
    """The written request to a landlord; no prices and nothing about the client's health.

    Args:
        officer: The grant technical officer to call.
        asked_for: What is asked for, one each. The owner's certificate of s.22 is a gate of its
            own and is asked for by its own letter.
        equality_note: What the Equality Act 2010 says about consent.
    """

    written_on: date
    officer: Contact
    landlord: Contact
    client_name: str
    lines: tuple[UnpricedLine, ...]
    asked_for: tuple[str, ...]
    reply_by: date
    equality_note: str


@dataclass(frozen=True, slots=True)
class NotInspected:
    """Lines that nobody inspected, by whose decision to inspect a sample, and when."""

    lines: tuple[int, ...]
    by: str
    on: date

    @property
    def words(self) -> str:
        """Which lines were not: ``Line 2 was``, or ``Lines 1 and 2 were``."""
        named = line_words(self.lines)
        return f"{named[:1].upper()}{named[1:]} {'was' if len(self.lines) == 1 else 'were'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionPaper(CasePaper):
    """The certificate that the works were finished to the authority's satisfaction (s.44(3)).

    Args:
        officer: The grant technical officer who inspected.
        contractor: Who did the works and puts defects right.
        changed: What the variations of the order changed or measured again, line by line.
        certificates: Certificates held, one each.
        not_inspected: Lines that were left out of a sample, decision by decision.
        client_agreed_on: When the client agreed that the works are finished, or None.
        conditions_until: Last day of the grant conditions (s.44: five years).
        charge_until: Last day on which grant may be reclaimed on disposal by an owner; None where
            there is no charge.
    """

    order_number: str
    certified_on: date
    officer: Contact
    client: Contact
    contractor: Contact
    lines: tuple[UnpricedLine, ...]
    changed: tuple[str, ...]
    certificates: tuple[str, ...]
    defects_until: date
    conditions_until: date
    client_agreed_on: date | None
    charge_until: date | None
    not_inspected: tuple[NotInspected, ...] = ()

    @property
    def inspected(self) -> str:
        """The lines that were inspected, in words; nothing where no line was."""
        left = {line for one in self.not_inspected for line in one.lines}
        return line_words(tuple(sorted({one.line for one in self.lines} - left)))
