"""Prices and awards as they are shown: plain values, money in pence, exact decimals as text.

While a mini-competition is sealed no sum of money is shown of it, to anybody.
"""

from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow, rows_by
from models.case_queries import case_row, price_lines, works_lines
from models.tables.prices import Price
from models.tables.schedules import PackageLine
from rules.clocks.dates import instant, london_date
from rules.contracting import party_said
from rules.documents.items import item_shown
from rules.errors import UnknownReferenceError
from rules.money import share
from rules.plain import shown, to_plain
from rules.pricing.vat import vat_for
from rules.tenders.price_words import METHODS, ROUTES, RULES
from rules.tenders.routes import Route
from services.rates import items, pricing
from services.tenders.award_decisions import decisions_on, override_of
from services.tenders.award_facts import (
    award_of,
    award_rows,
    contractor_names,
    deadline_if_sealed,
    lot_title,
    turns_counted,
    turns_since,
)

_PRICES: Final = rows_by(Price, "case_id").order_by(Price.kind.desc(), Price.version.desc())
_LINE: Final = (
    *("code", "description", "location", "quantity", "unit", "rate", "calculation"),
    *("steps", "rate_source", "net_pence", "vat_rate", "relief_percent", "vat_pence", "vat_reason"),
)
_IN_PACKAGES: Final = (
    select(PackageLine.package, PackageLine.code)
    .where(PackageLine.package.in_(bindparam("codes", expanding=True)))
    .order_by(PackageLine.package, PackageLine.code)
)


def price_view(
    conn: Connection, *, reference: str, kind: str = "", version: int | None = None
) -> dict[str, Any]:
    """Return one price of a case with everything it rests on.

    Args:
        kind: ``estimate`` or ``tender``; the newest tender, else the newest estimate, if empty.
        version: Which of that kind; the newest if left out.

    Raises:
        UnknownReferenceError: There is no such case or no such price.
    """
    case = case_row(conn, reference=reference)
    reference = case.reference
    held = list(conn.execute(_PRICES, {"case_id": case.id}))
    price = _chosen(held, reference=reference, kind=kind, version=version)
    lines = price_lines(conn, price_id=price.id)
    return {
        "reference": reference,
        **shown(price, "kind", "version"),
        "versions": {one: sum(row.kind == one for row in held) for one in ("estimate", "tender")},
        "contractor": price.contractor,
        "contractor_name": _name(conn, price.contractor),
        **shown(price, "priced_at", "basis"),
        "method": METHODS[Route(price.basis.get("route") or Route.CALL_OFF)],
        **shown(price, "net_pence", "vat_pence", "total_pence"),
        "unpriced_lines": list(price.basis.get("unpriced_lines", ())),
        "lines": [{**shown(line, *_LINE), **item_shown(line.line, line.covers)} for line in lines],
        "declaration": {
            "held": case.vat_declaration,
            "signed_on": to_plain(case.vat_declared_on),
            "reference": case.vat_declaration_reference,
        },
        "declaration_would_save_pence": _would_save(conn, case=case, price=price, lines=lines),
    }


def _chosen(held: list[AnyRow], *, reference: str, kind: str, version: int | None) -> AnyRow:
    """Return the price asked for of those there are, newest first, tenders before estimates."""
    if not held:
        raise UnknownReferenceError(
            f"{reference} has no price yet.", next_step="It is priced once the works are specified."
        )
    wanted = kind or held[0].kind
    of_kind = [row for row in held if row.kind == wanted]
    found = next((row for row in of_kind if version in (None, row.version)), None)
    if found is None:
        numbers = ", ".join(f"{row.kind} {row.version}" for row in reversed(held))
        asked = wanted if version is None else f"{wanted} {version}"
        raise UnknownReferenceError(
            f"{reference} has no {asked}.", next_step=f"On record are: {numbers}."
        )
    return found


def _would_save(
    conn: Connection, *, case: AnyRow, price: AnyRow, lines: list[AnyRow]
) -> int | None:
    """Return the VAT that a declaration would save on a price, or None where one is held."""
    client = pricing.vat_client(case, lot_says=None)
    if client.declaration:
        return None
    on = date.fromisoformat(price.basis.get("on") or london_date(price.priced_at).isoformat())
    reliefs = _reliefs(conn, codes={line.code for line in lines if line.code}, on=on)
    works = works_lines(conn, case_id=case.id)
    bespoke = {row.line: frozenset(row.vat_reliefs) for row in works if row.code is None}
    party = party_said(case=price.basis.get("contracting_party"), lot=None)
    declared = replace(client, declaration=True, party=party)
    saved = 0
    for line in lines:
        held = (reliefs.get(line.code) if line.code else bespoke.get(line.line)) or frozenset()
        part = line.relief_percent
        outcome = vat_for(reliefs=held, client=declared, supplied_on=on, relief_percent=part)
        saved += int(line.vat_pence) - share(line.net_pence, outcome.rate * 100)
    return saved


def _reliefs(conn: Connection, *, codes: set[str], on: date) -> dict[str, frozenset[str]]:
    """Return the VAT reliefs of codes; a package has those that all its items share."""
    parts: dict[str, list[str]] = {}
    for row in conn.execute(_IN_PACKAGES, {"codes": sorted(codes)}):
        parts.setdefault(row.package, []).append(row.code)
    wanted = codes.union(*parts.values())
    known = items.in_force(conn, codes=wanted, on=on).items
    found = {code: frozenset(row.vat_reliefs) for code, row in known.items()}
    for package, inside in parts.items():
        sets = [found.get(code, frozenset()) for code in inside]
        found[package] = frozenset.intersection(*sets)
    return found


def award_view(conn: Connection, *, reference: str, version: int | None = None) -> dict[str, Any]:
    """Return one award of a case: its route and reasons, who decided, every contractor's row.

    Args:
        version: Which award; the newest if left out.

    Raises:
        UnknownReferenceError: There is no such case or no such award.
    """
    case = case_row(conn, reference=reference)
    made = award_of(conn, case=case, version=version)
    override = override_of(conn, made=made)
    sealed_until = deadline_if_sealed(conn, made=made)
    rows = [asdict(row) for row in award_rows(conn, made=made)]
    return {
        "reference": case.reference,
        **shown(made, "version", "made_at", "route"),
        "route_words": ROUTES[Route(made.route)],
        **shown(made, "package", "reasons"),
        "override": asdict(override) if override else None,
        "lot": made.lot,
        "lot_title": lot_title(conn, made=made),
        "rule": made.rule,
        "rule_words": RULES.get(made.rule, ""),
        "contractor": made.contractor,
        "contractor_name": _name(conn, made.contractor),
        "sealed_until": instant(sealed_until) if sealed_until else None,
        "direction": made.direction,
        "decisions": [asdict(decision) for decision in decisions_on(conn, made=made)],
        "contractors": [_without_money(row) for row in rows] if sealed_until else rows,
        "turns_since": turns_since(made).isoformat(),
        "turns": [asdict(row) for row in turns_counted(conn, made=made)],
    }


def _name(conn: Connection, contractor: str | None) -> str | None:
    return contractor_names(conn, codes={contractor}).get(contractor) if contractor else None


def _without_money(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if key.endswith("_pence") else value for key, value in row.items()}
