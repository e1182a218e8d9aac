"""Versions and variations of an order as they are shown: a difference, with the headroom."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import approval_in_force, price_by_id
from models.order_versions import open_variation, variation_lines, variations_of, versions_of
from models.people import name_of
from models.replaced import done_before
from rules.clocks.dates import london_date
from rules.clocks.workdays import Calendar
from rules.money import pounds
from rules.numbers import written
from rules.pricing.works import Priced
from rules.variations import LIMB_WORDS, Change, growth_words, recorded_late
from services.grants.fundings import reckoned

_WHO: Final = ("claimed_by", "assessed_by", "ended_by")


def variation_view(conn: Connection, *, order: AnyRow, calendar: Calendar | None) -> dict[str, Any]:
    """Return the versions of an order and its variations, money in pence.

    Args:
        calendar: Tells whether what was said by telephone was recorded in time; None where no
            bank holidays are held.
    """
    versions = versions_of(conn, order_id=order.id)
    lines = variation_lines(conn, order_id=order.id)
    return {
        "versions": _versions(conn, order, versions),
        "variations": [
            _variation(conn, order, row, lines.get(row.id, []), calendar)
            for row in variations_of(conn, order_id=order.id)
        ],
        "grown": _grown(conn, order, versions),
    }


def _versions(conn: Connection, order: AnyRow, held: Sequence[AnyRow]) -> list[dict[str, Any]]:
    if not held:
        price = price_by_id(conn, price_id=order.price_id)
        raised = london_date(order.raised_at)
        total = price.total_pence
        return [{"version": 1, "issued_on": raised, "total_pence": total, "changed": []}]
    return [
        {
            "version": row.version,
            "issued_on": london_date(row.issued_at),
            "total_pence": price_by_id(conn, price_id=row.price_id).total_pence,
            "changed": list(row.changed),
        }
        for row in held
    ]


def _grown(conn: Connection, order: AnyRow, versions: Sequence[AnyRow]) -> str:
    """Say that an order has grown past the policy's share; empty where it has not."""
    found = open_variation(conn, order_id=order.id)
    first = price_by_id(conn, price_id=versions[0].price_id if versions else order.price_id)
    now = price_by_id(conn, price_id=order.price_id).total_pence
    more = 0 if found is None else _stands(found)[0] + _stands(found)[1]
    return growth_words(first_pence=first.total_pence, now_pence=now + more)


def _stands(row: AnyRow) -> tuple[int, int]:
    """Return net and VAT of a variation: as agreed, or as claimed while nothing is."""
    if row.agreed_net_pence is None:
        return row.claimed_net_pence, row.claimed_vat_pence
    return row.agreed_net_pence, row.agreed_vat_pence


def _variation(
    conn: Connection, order: AnyRow, row: AnyRow, lines: Sequence[AnyRow], calendar: Calendar | None
) -> dict[str, Any]:
    said = row.instructed_at
    return {
        **_of(row, "number", "status", "claimed_at", "reason", "evidence"),
        **{name: name_of(conn, getattr(row, name)) for name in _WHO},
        "claimed_pence": row.claimed_net_pence + row.claimed_vat_pence,
        "instructed_at": row.instructed_at,
        "recorded_late": said is not None
        and calendar is not None
        and recorded_late(said_at=said, recorded_at=row.claimed_at, calendar=calendar),
        **_of(row, "assess_reason", "limb"),
        "limb_words": LIMB_WORDS.get(row.limb, "") if row.limb else "",
        "agreed_pence": None
        if row.agreed_net_pence is None
        else row.agreed_net_pence + row.agreed_vat_pence,
        **_of(row, "ended_at", "ended_reason", "version"),
        "lines": [_line(one) for one in lines],
        "headroom": _headroom(conn, order, row) if row.ended_at is None else None,
    }


def _of(row: AnyRow, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _grant_words(conn: Connection, case: AnyRow, room: Mapping[str, Any]) -> str:
    """Return the grant that counts against the limit of whoever approves, in words."""
    approval = approval_in_force(conn, case_id=case.id)
    stands = pounds(approval.grant_pence)
    if not room["rises"]:
        return f"{stands}, as it was approved"
    priced = Priced((), room["after_net_pence"], room["after_vat_pence"], room["after_pence"])
    again = reckoned(conn, case=case, price=priced, today=approval.decided_on).grant
    return f"{pounds(again.grant_pence)}, before {stands}; it counts against your limit whole"


def _line(row: AnyRow) -> dict[str, Any]:
    much = row.agreed_quantity if row.taken else row.claimed_quantity
    unit = row.unit
    after = (
        "not done" if row.change == Change.OMIT else f"{written(much or Decimal(0))} {unit}".strip()
    )
    before = "not ordered" if row.before is None else f"{written(row.before)} {unit}".strip()
    return {
        **_of(row, "line", "change", "code", "description"),
        "before": before,
        "after": "as before: not agreed" if row.taken is False else after,
        "claimed_pence": row.claimed_net_pence + row.claimed_vat_pence,
        "agreed_pence": None
        if row.agreed_net_pence is None
        else row.agreed_net_pence + row.agreed_vat_pence,
        "why": row.why,
    }


def _headroom(conn: Connection, order: AnyRow, row: AnyRow) -> dict[str, Any]:
    """Return what is approved beside what the order comes to, before and with a variation."""
    approved = _approved(conn, order)
    price = price_by_id(conn, price_id=order.price_id)
    now = price.total_pence
    net, vat = _stands(row)
    after = now + net + vat
    return {
        "after_net_pence": price.net_pence + net,
        "after_vat_pence": price.vat_pence + vat,
        "approved_pence": approved,
        "order_pence": now,
        "after_pence": after,
        "left_pence": approved - after,
        "rises": after > approved,
    }


def _approved(conn: Connection, order: AnyRow) -> int:
    """Return what was approved of works, less what contractors that were replaced have done."""
    works: int = approval_in_force(conn, case_id=order.case_id).works_pence
    return works - done_before(conn, case_id=order.case_id).total_pence


def facts_of_variation(
    conn: Connection, *, case: AnyRow, order: AnyRow
) -> Iterator[tuple[str, str]]:
    """Yield what stands beside the form of a decision on an order's variation."""
    found = variation_view(conn, order=order, calendar=None)
    newest = found["variations"][-1] if found["variations"] else None
    total = pounds(found["versions"][-1]["total_pence"])
    yield "Order", f"{order.number}, version {order.version}, {total} with VAT"
    if newest is None or newest["headroom"] is None:
        approved = _approved(conn, order)
        left = approved - found["versions"][-1]["total_pence"]
        yield "Headroom", f"{pounds(left)} of the {pounds(approved)} that was approved"
        return
    room = newest["headroom"]
    for line in newest["lines"]:
        agreed = line["agreed_pence"]
        sums = f"claimed {pounds(line['claimed_pence'])}"
        sums += "" if agreed is None else f", agreed {pounds(agreed)}"
        what = f"{line['description']}: {line['before']} → {line['after']}"
        yield f"Line {line['line']}", f"{what}; {sums} with VAT"
    yield "With it the order comes to", pounds(room["after_pence"])
    if room["rises"]:
        over = pounds(-room["left_pence"])
        limb = newest["limb_words"] or "what for is to be said"
        yield (
            "Above what was approved",
            f"{over} more than {pounds(room['approved_pence'])}: redetermined (s.34(5)); {limb}",
        )
    else:
        yield "Headroom left", pounds(room["left_pence"])
    yield "Grant with it", _grant_words(conn, case, room)
    if newest["assess_reason"]:
        yield "Assessed", f"{newest['assessed_by']}: {newest['assess_reason']}"
    if found["grown"]:
        yield "Growth", found["grown"]
