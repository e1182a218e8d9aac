"""What each contractor asked when an award was made, whatever has changed since."""

from models.base import AnyRow
from models.case_queries import price_by_id
from rules.pricing.works import Priced
from rules.tenders import tendering
from rules.tenders.routes import Route
from services.cases.in_hand import CaseInHand
from services.competitions.carry_out import quoted_prices
from services.tenders.awards import frozen_inputs


def frozen_prices(case: CaseInHand, made: AnyRow) -> dict[str, Priced]:
    """Return what each contractor asked when an award was made: by its inputs, or by its quotes."""
    if made.route == Route.QUOTES:
        return quoted_prices(case, made)
    found = tendering.prices(frozen_inputs(case, made)).priced
    if not made.inputs:  # made before inputs were kept
        kept = price_by_id(case.conn, price_id=made.price_id)
        found[made.contractor] = Priced((), kept.net_pence, kept.vat_pence, kept.total_pence)
    return found
