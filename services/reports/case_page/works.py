"""The works of a case and their price, line by line, and the award that the price came of."""

from typing import Any

from models import case_queries as queries
from models.asked import rows
from models.base import AnyRow
from rules.competitions.competition import in_words_of
from rules.documents.items import item_shown
from rules.pathway import OVER, StepName
from rules.tenders.price_words import METHODS, ROUTES, RULES
from rules.tenders.routes import Route
from services.competitions.competitions import COMPETITION
from services.pricing.works_lines import lines_shown
from services.reports.case_page.file import PRICES, QUOTES, CaseFile, of_case
from services.tenders.award_facts import award_rows, considered_for, contractor_names, lot_title


def works_section(file: CaseFile) -> dict[str, Any]:
    """Return the works lines, and the price in force with its lines or items."""
    held = queries.works_lines(file.conn, case_id=file.id)
    lines = lines_shown(file.conn, held, on=file.today)
    price = file.price
    if price is None:
        return {"works": lines, "price": None, "package": file.case.package, **_may_change(file)}
    unpriced = set(price.basis.get("unpriced_lines", ()))
    priced = queries.price_lines(file.conn, price_id=price.id)
    return {
        "works": lines,
        "package": file.case.package,
        "price": {
            "kind": price.kind,
            "version": price.version,
            "priced_at": price.priced_at,
            "contractor": _name(file, price.contractor),
            "method": METHODS[Route(price.basis.get("route") or Route.CALL_OFF)],
            "complete": not unpriced,
            "unpriced": [line for line in lines if line["line"] in unpriced],
            "by_item": any(row.covers is not None for row in priced),
            "lines": [{**row._mapping, **item_shown(row.line, row.covers)} for row in priced],
            "net_pence": price.net_pence,
            "vat_pence": price.vat_pence,
            "total_pence": price.total_pence,
        },
        "earlier": [row for row in of_case(file, PRICES) if row.id != price.id],
        **_may_change(file),
    }


def _may_change(file: CaseFile) -> dict[str, bool]:
    fixed = file.hand.status_is_exit() or file.hand.step_status(StepName.SPECIFY) in OVER
    return {"open_to_change": not fixed}


def award_section(file: CaseFile) -> dict[str, Any] | None:
    """Return the award in force with every contractor's row, the offers, and the competition."""
    made = queries.newest_award(file.conn, case_id=file.id)
    if made is None:
        return None
    competition = next(iter(of_case(file, COMPETITION)), None)
    of_this = competition is not None and competition.award_id == made.id
    sealed = of_this and competition is not None and competition.status == "open"
    return {
        "version": made.version,
        "made_at": made.made_at,
        "route": ROUTES[Route(made.route)],
        "reasons": made.reasons,
        "lot": lot_title(file.conn, made=made),
        "rule": RULES.get(made.rule, ""),
        "direction": made.direction,
        "contractor": _name(file, made.contractor),
        "sealed": sealed,
        "contractors": award_rows(file.conn, made=made),
        "offers": [
            {**row._mapping, "name": _name(file, row.contractor)}
            for row in queries.offers_on(file.conn, case_id=file.id)
        ],
        "considered": considered_for(file.conn, case_id=file.id),
        "competition": _competition(file, competition) if of_this else None,
    }


def _competition(file: CaseFile, competition: AnyRow | None) -> dict[str, Any] | None:
    """Return how a mini-competition stands; no money of a sealed quote is in it."""
    if competition is None:
        return None
    answers = rows(file.conn, QUOTES, award_id=competition.award_id)
    return {
        "status": competition.status,
        "deadline": in_words_of(competition.deadline),
        "quotes": [
            {
                "name": _name(file, row.contractor),
                "status": row.status,
                "received_at": row.received_at,
                "net_pence": row.net_pence,
            }
            for row in answers
        ],
    }


def _name(file: CaseFile, code: str | None) -> str:
    return contractor_names(file.conn, codes={code}).get(code, code) if code else ""
