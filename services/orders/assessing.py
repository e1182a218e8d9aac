"""A claimed variation is assessed: what is agreed of each line, apart from what was claimed."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.case_queries import approval_in_force
from models.order_versions import variation_lines
from models.replaced import done_before
from models.tables.variations import VariationLine
from rules.completion import line_words
from rules.errors import InvalidDecisionError, StatuteError
from rules.money import pounds
from rules.plain import to_plain
from rules.pricing.works import WorksLine
from rules.sentences import spoken
from rules.variations import Change, Difference, LineChange, differences
from services.assignment.order_works import Standing, standing
from services.cases import Context, Effect, applies
from services.grants.partly import check_control
from services.orders.assessments import AssessVariation
from services.orders.claimed_lines import measured, quoted_line, scheduled_line
from services.orders.variations import change_variation, hand_to, one_that_is

_AGREE: Final = update(VariationLine).where(
    VariationLine.variation_id == bindparam("of_variation"),
    VariationLine.line == bindparam("of_line"),
)
_AGREED: Final[Mapping[str, Any]] = {
    name: bindparam(name)
    for name in (
        *("taken", "agreed_quantity", "agreed_sum_pence", "agreed_net_pence", "agreed_vat_pence"),
        *("why", "works", "quoted", "no_certificates_because"),
    )
}


def check_assess_variation(context: Context) -> tuple[AnyRow, AnyRow]:
    """Return the order and its open variation; until it is decided it may be assessed anew."""
    return one_that_is(context, "claimed", "assessed")


@applies(AssessVariation, check=check_assess_variation)
def assess_variation(
    context: Context, decision: AssessVariation, held: tuple[AnyRow, AnyRow]
) -> Effect:
    """Keep what is agreed of each line with its sums, and put it to whoever approves."""
    order, found = held
    rows = variation_lines(context.conn, order_id=order.id)[found.id]
    _check_lines(decision, rows, order, found)
    stands = standing(context.conn, order=order)
    agreed = [_agreed(row, decision, context, order, stands) for row in rows]
    taken = [(row, values, change) for row, values, change in agreed if change is not None]
    sums, after = differences(
        stands.works,
        [change for _, _, change in taken],
        inputs=stands.inputs,
        contractor=order.contractor,
    )
    _check_limb(context, decision, after.total_pence)
    by_line = {row.line: one for (row, _, _), one in zip(taken, sums, strict=True)}
    context.conn.execute(
        _AGREE.values(_AGREED),
        [
            {"of_variation": found.id, "of_line": row.line, **values, **_sums(by_line, row.line)}
            for row, values, _ in agreed
        ],
    )
    net, vat = sum(one.net_pence for one in sums), sum(one.vat_pence for one in sums)
    change_variation(
        context.conn,
        row_id=found.id,
        status="assessed",
        assessed_by=context.actor.identity,
        assessed_at=context.now,
        assess_reason=context.reason,
        agreed_net_pence=net,
        agreed_vat_pence=vat,
        limb=decision.limb,
    )
    hand_to(context.case, order=order, number=found.number)
    facts = {
        "order": order.number,
        "variation": found.number,
        "claimed_pence": found.claimed_net_pence + found.claimed_vat_pence,
        "agreed_pence": net + vat,
    }
    words = f"Agreed: {pounds(net + vat)} with VAT; the order would come to "
    return Effect(to=None, facts=facts, notice=f"{words}{pounds(after.total_pence)}.")


def _sums(by_line: Mapping[int, Difference], line: int) -> dict[str, int]:
    one = by_line.get(line, Difference(0, 0))
    return {"agreed_net_pence": one.net_pence, "agreed_vat_pence": one.vat_pence}


def _check_lines(
    decision: AssessVariation, rows: list[AnyRow], order: AnyRow, found: AnyRow
) -> None:
    """Refuse what is said of lines that are not claimed, or not of their kind, all at once."""
    by_line = {row.line: row for row in rows}
    quoted = {row.line for row in rows if row.claimed_sum_pence is not None}
    bespoke = {row.line for row in rows if row.change == Change.BESPOKE}
    measured_ = {row.line for row in rows if row.change != Change.OMIT}
    added = {row.line for row in rows if row.change in {Change.ADD, Change.BESPOKE}}
    named = {
        *(*decision.agreed_quantities, *decision.agreed_sums, *decision.not_agreed),
        *(
            *decision.why,
            *decision.locations,
            *decision.reliefs,
            *decision.certificates,
            *decision.no_certificates,
        ),
    }
    wrong = [
        ("is no line of it", named - by_line.keys()),
        ("is omitted, which is agreed or not", decision.agreed_quantities.keys() - measured_),
        ("is where it was ordered", decision.locations.keys() - added),
        ("is priced by the schedule: agree its quantity", decision.agreed_sums.keys() - quoted),
        (
            "is no other work: the schedule says its VAT relief and certificates",
            {*decision.reliefs, *decision.certificates, *decision.no_certificates} - bespoke,
        ),
    ]
    said = [
        f"Line {spoken([str(one) for one in sorted(lines & (by_line.keys() | named))])} {words}."
        for words, lines in wrong
        if lines and (words.endswith("of it") or lines & by_line.keys())
    ]
    unanswered = (
        bespoke - set(decision.not_agreed) - {*decision.certificates, *decision.no_certificates}
    )
    if unanswered:
        lines = spoken([str(one) for one in sorted(unanswered)])
        said.append(
            f"Line {lines} is work that no schedule has: say which certificates it must end with, "
            "or why it needs none."
        )
    if len(decision.not_agreed) == len(rows):
        said.append("Where nothing of it is agreed, it is rejected.")
    if said:
        raise InvalidDecisionError(
            " ".join(said),
            why=f"Variation {found.number} of {order.number} claims {line_words(tuple(by_line))}.",
            next_step="Nothing was recorded.",
        )


def _agreed(
    row: AnyRow, decision: AssessVariation, context: Context, order: AnyRow, stands: Standing
) -> tuple[AnyRow, dict[str, Any], LineChange | None]:
    """Return what is kept of a line, and what it changes; nothing where it is not agreed."""
    quantity = decision.agreed_quantities.get(row.line, row.claimed_quantity)
    pence = decision.agreed_sums.get(row.line, row.claimed_sum_pence)
    values = {
        "taken": row.line not in decision.not_agreed,
        "agreed_quantity": quantity,
        "agreed_sum_pence": pence,
        "why": decision.why.get(row.line, "").strip(),
        "works": None,
        "quoted": row.quoted,
        "no_certificates_because": decision.no_certificates.get(row.line, "").strip(),
    }
    if not values["taken"]:
        return row, values | {"agreed_quantity": None, "agreed_sum_pence": None}, None
    if row.change == Change.OMIT:
        return row, values, LineChange(row.line, None)
    change = _change(row, decision, context, order, stands, quantity, pence)
    works: WorksLine | None = change.works
    return row, values | {"works": to_plain(works), "quoted": change.quoted}, change


def _change(
    row: AnyRow,
    decision: AssessVariation,
    context: Context,
    order: AnyRow,
    stands: Standing,
    quantity: Decimal,
    pence: int | None,
) -> LineChange:
    if row.change == Change.QUANTITY:
        named = {"description": row.description, "unit": row.unit}
        return measured(named, stands.works.lines[row.line], quantity=quantity, sum_pence=pence)
    if row.change == Change.ADD:
        line = scheduled_line(context, order=order, stands=stands, code=row.code)
        late = bool(row.out_of_hours)
        return LineChange(
            row.line,
            replace(
                line,
                line=row.line,
                quantity=quantity,
                out_of_hours=late,
                location=_room(row, decision),
            ),
        )
    line = quoted_line(order, row.description, quantity=quantity, unit=row.unit, pence=pence or 0)
    return LineChange(
        row.line,
        replace(
            line,
            line=row.line,
            location=_room(row, decision),
            vat_reliefs=frozenset(decision.reliefs.get(row.line, ())),
            certificates=frozenset(decision.certificates.get(row.line, ())),
        ),
        quoted=True,
    )


def _room(row: AnyRow, decision: AssessVariation) -> str:
    """Return where a line that is added goes: as assessed, or as claimed."""
    return decision.locations.get(row.line, row.location or "").strip()


def _check_limb(context: Context, decision: AssessVariation, total_pence: int) -> None:
    """Refuse a rise above what was approved without the limb of s.34(5) that it rests on."""
    case_id = context.case.id
    approved = approval_in_force(context.conn, case_id=case_id).works_pence
    check_control(decision.limb, in_control=decision.in_control)
    total_pence += done_before(context.conn, case_id=case_id).total_pence
    rises = total_pence > approved
    if rises and decision.limb is None:
        raise StatuteError(
            f"The works would come to {pounds(total_pence)}; {pounds(approved)} were approved.",
            why="A grant is redetermined only for circumstances beyond the applicant's control: "
            "the works or ancillary charges cost more, or works are needed that could not be "
            "foreseen.",
            section="s.34(5)",
            next_step="Say which with --limb works_cost, ancillary_cost or unforeseeable_works, "
            "and why; or agree less.",
        )
    if decision.limb is not None and not rises:
        raise InvalidDecisionError(
            f"The works would come to {pounds(total_pence)}, within the {pounds(approved)} that "
            "were approved.",
            why="The grant is not redetermined where nothing rises.",
            next_step="Leave the limb of s.34(5) out.",
        )
