"""The clocks' page: every clock there is, whose it is, what it is given, and what stops it."""

from typing import Final

from desk.reference.markdown import code, page, table
from rules.clocks.clock_names import CLOCKS, ClockKind, ClockSpec
from rules.clocks.clock_times import WARN_BEFORE
from rules.clocks.targets import DEFAULT_LADDER, DEFAULTS, SET_OF_STAGES, Target
from rules.parties import Party

_MEANS: Final = {
    ClockKind.GUIDANCE: "stages of the government's guidance, in working days",
    ClockKind.STATUTORY: "limits of the Act, in calendar months: no target and no pause moves them",
    ClockKind.STEP: "our own targets, step by step, in working days",
    ClockKind.CONTRACT: "an answer or a date that was asked for or given",
    ClockKind.REVIEW: "something left alone that is to be looked at again",
    ClockKind.EXPIRY: "the last day of something held",
}


def clocks_page() -> str:
    """Return ``clocks.md``."""
    return page(
        "The clocks",
        "Every clock that runs on a case. Several run side by side; each is late by itself. The "
        "tables are `rules/clocks/clock_names.py` and `rules/clocks/targets.py`.",
        *(part for kind in _MEANS for part in _kind(kind)),
        "## Days of the guidance",
        "Working days by urgency and complexity. The stages of a set add up to its total, or the "
        "set is refused. **Not verified**: from memory of the 2022 guidance. Import your own, or "
        "these with `verified` once somebody has read them, as `targets`.",
        table(("", *(CLOCKS[name].title for name in SET_OF_STAGES)), _guidance()),
        "## When somebody is told",
        f"A warning comes after {_share()} of a target's working days, or at the days left that "
        "the target gives; for limits of the Act and last days, "
        f"{WARN_BEFORE[ClockKind.STATUTORY].days} working days before. A breach is the day after "
        "the due date. Then the ladder, unless `escalations` gives another: "
        + "; ".join(
            f"the {rung.role.replace('_', ' ')}s, {rung.days} working days after it was due"
            for rung in DEFAULT_LADDER
        )
        + ".",
        "## The parties",
        "Each clock, and each day of a wait, is one party's: "
        + ", ".join(code(party) for party in Party)
        + ".",
    )


def _kind(kind: ClockKind) -> tuple[str, ...]:
    return (
        f"## {kind.value.capitalize()}",
        f"{_MEANS[kind][0].upper()}{_MEANS[kind][1:]}.",
        table(
            ("Clock", "What it is", "Whose", "Working days", "A pause stops it", "Law"),
            (_row(spec) for spec in CLOCKS.values() if spec.kind is kind),
        ),
    )


def _row(spec: ClockSpec) -> tuple[str, ...]:
    return (
        code(spec.name),
        spec.title,
        spec.holder,
        _days(spec),
        "yes" if spec.pauses else "no",
        spec.section,
    )


def _days(spec: ClockSpec) -> str:
    if spec.kind is ClockKind.GUIDANCE:
        return "below"
    if spec.kind is ClockKind.STEP and not spec.days:
        return "none: its defects period runs"
    return f"{spec.days}, not verified" if spec.days else "to its date"


def _guidance() -> list[tuple[str, ...]]:
    sets: dict[str, dict[str, Target]] = {}
    for target in DEFAULTS:
        if target.clock in SET_OF_STAGES:
            whose = f"{target.urgency.replace('_', '-')}, {target.complexity}"
            sets.setdefault(whose, {})[target.clock] = target
    return [
        (whose, *(str(found[name].days) for name in SET_OF_STAGES)) for whose, found in sets.items()
    ]


def _share() -> str:
    return f"{WARN_BEFORE[ClockKind.STEP].percent} %"
