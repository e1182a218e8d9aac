"""Remittance advice: what somebody is paid in one run, and what was deducted of it for CIS."""

from dataclasses import dataclass
from datetime import date

from rules.documents.paper_lines import Contact
from rules.errors import InvalidDecisionError
from rules.money import pounds


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittedLine:
    """One payment of a run.

    Args:
        released_pence: What was released of the invoice.
        deducted_pence: Of it, what CIS deducts.
        labour_pence: What that is taken from; None where the scheme has no say.
        percent: Of that.
        gross_pence: What is paid without VAT, before anything is deducted.
        contractor_name: Whose invoice it is.
    """

    payment: str
    case_reference: str
    order_number: str
    invoice_number: str
    released_pence: int
    deducted_pence: int
    labour_pence: int | None
    percent: int | None
    gross_pence: int | None = None
    contractor_name: str = ""

    @property
    def materials_pence(self) -> int:
        """What of it, without VAT, nothing is deducted of: what its materials cost."""
        return max(0, (self.gross_pence or 0) - (self.labour_pence or 0))

    @property
    def paid_pence(self) -> int:
        """What leaves."""
        return self.released_pence - self.deducted_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittancePaper:
    """Remittance advice of one run to one payee, and a contractor's statement of deductions.

    Args:
        payee: The contractor, or the applicant.
        to_case: The case of an applicant who is paid; None for a contractor.
        account_ending: The last digits of the account that is paid.
        verification: HMRC's verification number; empty but where it could not match the contractor.
        utr: The contractor's tax reference; empty where none is on record.
        employer_reference: The authority's own with HMRC; empty where none is on record.
        total_pence: What leaves.
        tax_month_ends: The last day of the tax month; None where CIS has no say.
    """

    run: int
    authority: Contact
    payee: Contact
    made_on: date
    account_ending: str
    verification: str
    tax_month_ends: date | None
    lines: tuple[RemittedLine, ...]
    total_pence: int
    utr: str = ""
    employer_reference: str = ""
    to_case: int | None = None

    def __post_init__(self) -> None:
        """Refuse a sum that is not the lines'."""
        added = sum(line.paid_pence for line in self.lines)
        if added != self.total_pence:
            raise InvalidDecisionError(
                f"The payments come to {pounds(added)}, not {pounds(self.total_pence)}."
            )

    @property
    def under_cis(self) -> tuple[RemittedLine, ...]:
        """The payments that the scheme has a say in."""
        return tuple(line for line in self.lines if line.percent is not None)
