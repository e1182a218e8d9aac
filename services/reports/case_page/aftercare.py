"""A case after it is paid: what it waits for, defects, outcomes, charge, conditions, servicing."""

from typing import Any

from rules.aftercare.lapses import LAPSES, awaited
from rules.aftercare.outcomes import WELL_BEING
from rules.aftercare.repayment import Breach, conditions_until
from rules.clocks.dates import charge_until
from rules.pathway import CaseStatus, StepName
from services.aftercare.charges import charge_due, registered_as
from services.aftercare.conditions import breaches_on
from services.aftercare.held import defects_on
from services.aftercare.outcomes import outcomes_on
from services.aftercare.repayments import account_on, repayments_on
from services.aftercare.servicing import reminded, serviced_on
from services.aftercare.standing import standing_of
from services.reports.case_page.file import CaseFile


def aftercare_section(file: CaseFile) -> dict[str, Any] | None:
    """Return what stands of a case in aftercare, or closed since; None before."""
    order = file.order
    if StepName.AFTERCARE not in file.hand.steps or order is None or order.certified_on is None:
        return None
    conn, today = file.conn, file.today
    recorded = outcomes_on(conn, case_id=file.id)
    charge = charge_due(conn, case_id=file.id, tenure=file.case.tenure)
    paid = file.hand.status is CaseStatus.PAID
    known = standing_of(conn, case=file.case) if paid else None
    return {
        "awaited": list(awaited(known, on=today)) if known else [],
        "rules": [rule.words for rule in LAPSES.values()],
        "defects": defects_on(conn, case_id=file.id),
        "outcomes": [(words, recorded.get(domain)) for domain, words in WELL_BEING.items()],
        "recorded": bool(recorded),
        "charge_pence": charge,
        "charge_until": charge_until(certified_on=order.certified_on) if charge else None,
        "registered_as": registered_as(conn, case_id=file.id) if charge else None,
        "account": account_on(conn, case_id=file.id),
        "repayments": repayments_on(conn, case_id=file.id),
        "conditions_until": conditions_until(certified_on=order.certified_on),
        "breaches": [(Breach(row.what).words, row) for row in breaches_on(conn, case_id=file.id)],
        "serviced": [(one, one.due_on(today)) for one in serviced_on(conn, case=file.case)],
        "reminded": reminded(conn, case_id=file.id),
    }
