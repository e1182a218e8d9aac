"""The estimate of a case: every line that a schedule prices, at the schedule's own rates.

The zone and the out-of-hours uplift are those of the lot that covers the works; no contractor's
percentage or contract rate is in it, because nobody has been chosen yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.audit import AUTOMATIC
from rules.clocks.dates import london_date
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.plain import made_of, shown
from rules.pricing.rates import basis_of, price, saved_by_declaration
from rules.pricing.repricing import NO_CODES
from rules.pricing.vat import VatClient
from rules.pricing.works import Priced, WorksLine, check_lines
from rules.rates.terms import Terms
from services.cases import CaseInHand, at_step
from services.rates import pricing
from services.tenders import lots
from services.tenders.lot_terms import LotPricing, terms_of


@dataclass(frozen=True, slots=True)
class Estimate:
    """A case's works priced from the schedules in force, before any contractor's terms.

    Args:
        priced: The lines that a schedule prices, and their totals.
        unpriced: The numbers of bespoke lines, which have no rate until somebody quotes.
        on: The day whose schedule versions count.
        terms: The terms of the lot that covers the works.
        client: What decided the VAT.
        saving_pence: The VAT that a declaration would save, where none is held.
    """

    priced: Priced
    unpriced: tuple[int, ...]
    on: date
    terms: Terms
    client: VatClient
    saving_pence: int

    @property
    def words(self) -> str:
        """What it comes to, as a clause, and what a VAT declaration would take off it."""
        words = f"{pounds(self.priced.total_pence)} with VAT"
        if count := len(self.unpriced):
            words += f", and {count} bespoke line{'s'[: count > 1]}"
        if self.saving_pence:
            words += f"; a signed VAT declaration would save {pounds(self.saving_pence)}"
        return words

    @property
    def waiting_for(self) -> str:
        """What a case waits for once it is so priced."""
        return f"officer confirms the quantities ({self.words})"


def estimate(
    case: CaseInHand, *, replaced: Mapping[str, str] = NO_CODES, client: VatClient | None = None
) -> Estimate:
    """Return a case's estimate as it would be today; nothing is kept.

    Args:
        replaced: Codes to price as others: wrong code to right code.
        client: What decides the client's VAT, where it is other than the case says as yet.

    Raises:
        InvalidWorksError: A line cannot be priced; every problem of the works is listed.
    """
    today = london_date(case.now)
    found = _terms_of_lot(case, on=today)
    lot_says = found.contracting_party if found else None
    coded, bespoke = pricing.lines_to_price(case.conn, case_id=case.id, on=today, replaced=replaced)
    return estimate_of(
        lines=[*coded, *bespoke],
        terms=made_of(Terms, found) if found else Terms(),
        client=client or pricing.vat_client(case.row, lot_says=lot_says),
        on=today,
    )


def estimate_of(
    *, lines: Sequence[WorksLine], terms: Terms, client: VatClient, on: date
) -> Estimate:
    """Return the estimate of some works, with the schedule's rates and the terms of their lot.

    Raises:
        InvalidWorksError: A line cannot be priced; every problem of the works is listed.
    """
    check_lines(lines)
    coded = [line for line in lines if line.code is not None]
    priced = price(lines=coded, terms=terms, client=client, supplied_on=on)
    saving = saved_by_declaration(priced=priced, terms=terms, client=client, supplied_on=on)
    unpriced = tuple(line.line for line in lines if line.code is None)
    return Estimate(priced, unpriced, on, terms, client, saving)


def _terms_of_lot(case: CaseInHand, *, on: date) -> LotPricing | None:
    """Return the terms of the lot that covers the works, or None without one."""
    row = case.row
    lot = lots.lot_for(case.conn, work_type=row.work_type, authority=row.authority, on=on)
    if lot is None:
        return None
    return terms_of(case.conn, lot=lot.code, postcode=row.postcode, on=on, codes=())


def keep_estimate(case: CaseInHand, made: Estimate) -> int:
    """Keep an estimate as the case's newest, and return its row id."""
    basis = basis_of(terms=made.terms, client=made.client, on=made.on)
    return pricing.keep_price(
        case.conn,
        case_id=case.id,
        kind="estimate",
        priced=made.priced,
        basis=basis | {"unpriced_lines": list(made.unpriced)},
        now=case.now,
    )


def price_case(case_ref: str) -> None:
    """Price every line that a schedule prices, and freeze the total as an estimate.

    Bespoke lines have no rate until somebody quotes; they are named on the estimate.
    """
    with at_step(case_ref, StepName.PRICE) as case:
        if case is None:
            return
        made = estimate(case)
        keep_estimate(case, made)
        confirmed = case.steps[StepName.PRICE].outcome == "confirmed"
        case.note(
            actor=AUTOMATIC,
            action="price: estimated",
            reason="every line of the schedule priced; bespoke lines go to quotes"
            if made.unpriced
            else "every line priced from the schedule in force",
            detail=shown(made.priced, "net_pence", "vat_pence"),
        )
        if confirmed:
            case.move(StepName.PRICE, StepStatus.DONE)
            return
        case.move(
            StepName.PRICE,
            StepStatus.WAITING,
            owner="technical officer",
            waiting_for=made.waiting_for,
        )
