"""The estimate of a case: every line that a schedule prices, at the schedule's own rates.

The zone and the out-of-hours uplift are those of the lot that covers the works; no contractor's
percentage or contract rate is in it, because nobody has been chosen yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.clocks.dates import london_date
from rules.money import pounds
from rules.pricing.rates import basis_of, price, saved_by_declaration
from rules.pricing.repricing import NO_CODES
from rules.pricing.vat import VatClient
from rules.pricing.works import Priced, WorksLine, check_lines
from rules.rates.terms import Terms
from services.cases.in_hand import CaseInHand
from services.rates import pricing
from services.tenders import lot_terms, lots


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
        case: The case in hand, or as it is looked at.
        replaced: Codes to price as others: wrong code to right code.
        client: What decides the client's VAT, where it is other than the case says as yet.

    Raises:
        InvalidWorksError: A line cannot be priced; every problem of the works is listed.
    """
    today = london_date(case.now)
    coded, bespoke = pricing.lines_to_price(case.conn, case_id=case.id, on=today, replaced=replaced)
    return estimate_of(
        lines=[*coded, *bespoke],
        terms=_terms_of_lot(case, on=today),
        client=client or pricing.vat_client(case.row),
        on=today,
    )


def estimate_of(
    *, lines: Sequence[WorksLine], terms: Terms, client: VatClient, on: date
) -> Estimate:
    """Return the estimate of some works.

    Args:
        lines: The works, with the schedule's rates.
        terms: The terms of the lot that covers them.
        client: What decides the client's VAT.
        on: The day whose schedule versions count.

    Raises:
        InvalidWorksError: A line cannot be priced; every problem of the works is listed.
    """
    check_lines(lines)
    coded = [line for line in lines if line.code is not None]
    priced = price(lines=coded, terms=terms, client=client, supplied_on=on)
    return Estimate(
        priced=priced,
        unpriced=tuple(line.line for line in lines if line.code is None),
        on=on,
        terms=terms,
        client=client,
        saving_pence=saved_by_declaration(
            priced=priced, terms=terms, client=client, supplied_on=on
        ),
    )


def _terms_of_lot(case: CaseInHand, *, on: date) -> Terms:
    """Return the zone and uplift of the lot that covers the works; none of either without one."""
    row = case.row
    lot = lots.lot_for(case.conn, work_type=row.work_type, authority=row.authority, on=on)
    if lot is None:
        return Terms()
    found = lot_terms.terms_of(case.conn, lot=lot.code, postcode=row.postcode, on=on, codes=())
    return Terms(zone=found.zone, zone_name=found.zone_name, out_of_hours=found.out_of_hours)


def keep_estimate(case: CaseInHand, made: Estimate) -> int:
    """Keep an estimate as the case's newest, and return its row id.

    Args:
        made: The estimate.
    """
    return pricing.keep_price(
        case.conn,
        case_id=case.id,
        kind="estimate",
        priced=made.priced,
        basis=basis_of(terms=made.terms, client=made.client, on=made.on)
        | {"unpriced_lines": list(made.unpriced)},
        now=case.now,
    )
