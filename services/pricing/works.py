"""The decision that the price is confirmed, or what is to be priced otherwise."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.case_queries import works_lines
from models.tables.cases import WorksLine
from rules.cases import DISABLED_ADAPTATION, MOBILITY_AID_60PLUS, RELIEFS
from rules.decisions import BaseDecision, Facts, Option, decided, from_to, particular
from rules.errors import InvalidDecisionError
from rules.numbers import plain
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from rules.pricing.vat import WHOLE
from rules.pricing.works import MAX_QUANTITY
from rules.rates.terms import PLACES
from rules.sentences import spoken
from rules.typed import read_percent
from services.cases import Context, Effect, applies
from services.rates.pricing import lines_to_price

_Fact: TypeAlias = str | bool | list[str]

_RELIEF_WORDS: Final = {
    DISABLED_ADAPTATION: "Disabled adaptation",
    MOBILITY_AID_60PLUS: "Mobility aid, aged 60 or over",
    "none": "None",
}

_CHANGE_LINE: Final = update(WorksLine).where(
    WorksLine.case_id == bindparam("of_case"), WorksLine.line == bindparam("of_line")
)


def read_reliefs(text: str) -> tuple[str, ...]:
    """Return the reliefs of a line, ; between them; ``none`` is no relief.

    Raises:
        ValueError: Nothing is named.
    """
    if text.lower() == "none":
        return ()
    names = tuple(name for part in text.split(";") if (name := part.strip().lower()))
    if not names:
        raise ValueError("Name the relief, such as 1=disabled_adaptation, or 1=none.")
    return names


@decided("confirm-price", at=StepName.PRICE, by=OFFICERS, command="price")
class ConfirmPrice(BaseDecision):
    """The price is confirmed; or re-measured, apportioned for VAT, or done out of hours."""

    quantities: Mapping[int, Decimal] = particular(
        "A re-measured quantity.",
        "--quantity",
        default_factory=dict,
        entry="LINE=QUANTITY",
        label="Quantities measured again",
        hint="Only those that are not as priced.",
        offers="lines",
        seldom=True,
    )
    relief_percents: Mapping[int, Decimal] = particular(
        "Mixed works: the share of a line, in per cent, that its VAT relief covers.",
        "--relief-percent",
        default_factory=dict,
        unit="per cent",
        entry="LINE=PERCENT",
        reads=read_percent,
        label="Share of a line with VAT relief, in per cent",
        offers="lines",
        seldom=True,
    )
    out_of_hours: Mapping[int, bool] = particular(
        "Whether a line is done out of hours.",
        Option(
            "--out-of-hours",
            "A line that is done out of hours.",
            value=True,
            entry="LINE",
            label="Lines done out of hours",
        ),
        Option(
            "--in-hours",
            "A line that is done in hours after all.",
            value=False,
            entry="LINE",
            label="Lines done in hours after all",
        ),
        default_factory=dict,
        offers="lines",
        seldom=True,
    )
    reliefs: Mapping[int, tuple[str, ...]] = particular(
        f"A bespoke line's VAT relief, {' or '.join(sorted(RELIEFS))}, or none.",
        "--relief",
        default_factory=dict,
        entry="LINE=RELIEF",
        example="1=disabled_adaptation",
        reads=read_reliefs,
        label="VAT relief of a bespoke line",
        hint="Only where it is not as priced.",
        offers="bespoke_lines",
        among=_RELIEF_WORDS,
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return quantities and shares that no price can be made of, and unknown reliefs."""
        quantities = (
            f"Line {line}: a quantity is above zero and at most {MAX_QUANTITY:,}, with at most "
            f"{PLACES} decimal places, not {str(quantity)[:40]}."
            for line, quantity in self.quantities.items()
            if not (plain(quantity, MAX_QUANTITY, PLACES) and quantity > 0)
        )
        shares = (
            f"Line {line}: a relief covers 0 to 100 per cent of a line, with at most 2 decimal "
            f"places, not {str(share)[:40]}."
            for line, share in self.relief_percents.items()
            if not (plain(share, Decimal(100), 2) and share >= 0)
        )
        reliefs = (
            f"Line {line}: “{name[:40]}” is not a VAT relief; use {' or '.join(sorted(RELIEFS))}."
            for line, names in self.reliefs.items()
            for name in names
            if name not in RELIEFS
        )
        return (*quantities, *shares, *reliefs)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        changed = facts["changed"] or {}
        found = [
            f"line {line}: {_CHANGED[column]} "
            f"{from_to(_shown(one['before']), _shown(one['after']))}"
            for column, lines in changed.items()
            for line, one in lines.items()
        ]
        return (
            f"The price is to be worked out again: {'; '.join(found)}."
            if found
            else "The price is confirmed."
        )


_CHANGED: Final = {
    "quantity": "quantity",
    "relief_percent": "share with VAT relief, in per cent,",
    "out_of_hours": "out of hours",
    "vat_reliefs": "VAT relief",
}
"""What the history calls a column that a confirmation changes."""


def _shown(fact: Any) -> str:
    if isinstance(fact, list):
        return spoken([str(name).replace("_", " ") for name in fact]) or "none"
    return ("yes" if fact else "no") if isinstance(fact, bool) else str(fact)


class _Refusal(NamedTuple):
    """What is refused, why, and what to do next, in sentences."""

    what: str
    why: str
    next_step: str


@applies(ConfirmPrice)
def confirm_price(context: Context, decision: ConfirmPrice) -> Effect:
    """Confirm the price; what was measured or found otherwise is priced before the step closes."""
    lines = {line.line: line for line in works_lines(context.conn, case_id=context.case.id)}
    wanted: dict[str, Mapping[int, Any]] = {
        "quantity": decision.quantities,
        "relief_percent": decision.relief_percents,
        "out_of_hours": decision.out_of_hours,
        "vat_reliefs": {n: tuple(sorted(set(names))) for n, names in decision.reliefs.items()},
    }
    _check_lines_known(context, wanted, lines=lines)
    _check_reliefs(context, decision, lines=lines)
    taken_away = {n: WHOLE for n, names in decision.reliefs.items() if not names}
    wanted["relief_percent"] = taken_away | dict(decision.relief_percents)
    changed: dict[str, dict[str, dict[str, _Fact]]] = {}
    for column, values in wanted.items():
        differing = {n: value for n, value in values.items() if getattr(lines[n], column) != value}
        if not differing:
            continue
        context.conn.execute(
            _CHANGE_LINE.values({column: bindparam("found")}),
            [{"of_line": n, "of_case": context.case.id, "found": v} for n, v in differing.items()],
        )
        changed[column] = {
            str(n): {"before": _fact(value=getattr(lines[n], column)), "after": _fact(value=value)}
            for n, value in differing.items()
        }
    return Effect(
        to=StepStatus.READY if changed else StepStatus.DONE,
        closes=True,
        outcome="confirmed",
        facts={"changed": changed} if changed else {},
    )


def _check_lines_known(
    context: Context, wanted: Mapping[str, Mapping[int, Any]], *, lines: Mapping[int, AnyRow]
) -> None:
    """Refuse line numbers that are not there, whatever is said of them, all at once."""
    unknown = set().union(*wanted.values()) - set(lines)
    if unknown:
        raise InvalidDecisionError(
            f"There is no works line {_numbers(unknown)} on {context.case.reference}.",
            next_step=f"Its lines are {_numbers(lines)}.",
        )


def _check_reliefs(
    context: Context, decision: ConfirmPrice, *, lines: Mapping[int, AnyRow]
) -> None:
    """Refuse reliefs of the schedule's lines, and shares of no relief, all at once."""
    refusals = (_not_bespoke(context, decision, lines), _not_relieved(context, decision))
    said = [refusal for refusal in refusals if refusal is not None]
    if said:
        what, why, next_step = (" ".join(sentences) for sentences in zip(*said, strict=True))
        raise InvalidDecisionError(what, why=why, next_step=next_step)


def _not_bespoke(
    context: Context, decision: ConfirmPrice, lines: Mapping[int, AnyRow]
) -> _Refusal | None:
    """Return why reliefs are refused, or None where they are all of bespoke lines."""
    coded = [n for n in sorted(decision.reliefs) if lines[n].code is not None]
    if not coded:
        return None
    bespoke = _numbers(n for n, line in lines.items() if line.code is None)
    return _Refusal(
        what=f"No VAT relief can be recorded on line {_numbers(coded)} of "
        f"{context.case.reference}: what has a code is priced from the schedule.",
        why="The schedule says which reliefs its codes qualify for; an officer says it of bespoke "
        "lines.",
        next_step=f"The bespoke lines are {bespoke}." if bespoke else "No line is bespoke.",
    )


def _not_relieved(context: Context, decision: ConfirmPrice) -> _Refusal | None:
    """Return why shares are refused, or None where each is of a line with a relief."""
    shares = decision.relief_percents
    if not shares:
        return None
    coded, bespoke = lines_to_price(context.conn, case_id=context.case.id, on=context.today)
    relieved = {line.line for line in coded if line.vat_reliefs}
    relieved |= {own.line for own in bespoke if decision.reliefs.get(own.line, own.vat_reliefs)}
    without = set(shares) - relieved
    if not without:
        return None
    said = _numbers(relieved)
    return _Refusal(
        what=f"No VAT relief covers line {_numbers(without)} of {context.case.reference}, so there "
        "is nothing to apportion.",
        why="Only a line whose code has a relief in the schedule, or a bespoke line that is found "
        "to qualify for one, can be relieved in part.",
        next_step=f"The lines with a relief are {said}." if said else "No line has one.",
    )


def _numbers(lines: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(lines)))


def _fact(*, value: Decimal | bool | tuple[str, ...]) -> _Fact:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool) else str(value)
