"""The pathway in layers: which steps stand beside each other, and which arrows are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.pathway import PATHWAY, StepName


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands.

    Args:
        layer: How many steps must be over before it, one after another: 0 for the first.
        column: How many columns right of the middle; a half or a quarter is between two.
    """

    layer: int
    column: float


def arrows() -> tuple[tuple[StepName, StepName], ...]:
    """Return each step with each step before it, without those that others imply already."""
    return tuple(
        (needed, step.name)
        for step in PATHWAY.values()
        for needed in step.requires
        if not any(needed in _before(other) for other in step.requires if other != needed)
    )


def _before(step: StepName) -> set[StepName]:
    """Return every step that must be over before one opens."""
    direct = PATHWAY[step].requires
    return {*direct, *(earlier for needed in direct for earlier in _before(needed))}


def places() -> Mapping[StepName, Place]:
    """Return where each step stands: below the steps before it, side by side where it may be."""
    found: dict[StepName, Place] = {}
    depth = {name: _depth(name) for name in PATHWAY}
    for layer in range(max(depth.values()) + 1):
        beside = [name for name in PATHWAY if depth[name] == layer]
        middle = [_below(name, found) for name in beside]
        spread = len(beside) > 1 and len(set(middle)) < len(beside)
        for turn, (name, column) in enumerate(zip(beside, middle, strict=True)):
            aside = turn - (len(beside) - 1) / 2 if spread else 0.0
            found[name] = Place(layer, column + aside)
    return found


def _depth(step: StepName) -> int:
    return max((_depth(needed) + 1 for needed in PATHWAY[step].requires), default=0)


def _below(step: StepName, found: Mapping[StepName, Place]) -> float:
    """Return the middle of the columns of the steps whose arrows lead to one."""
    columns = [found[start].column for start, end in arrows() if end == step]
    return sum(columns) / len(columns) if columns else 0.0
