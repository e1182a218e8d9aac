"""A contractor that another takes the place of: why, and what it leaves to be done.

Source: s.38(1): by a contractor whose estimate accompanied the application, unless the authority
direct otherwise in the particular case.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from rules.clocks.workdays import in_words
from rules.documents.items import Item, items_words
from rules.numbers import plain, shortened, written
from rules.orders import Ground
from rules.pathway import CaseStatus
from rules.rates.terms import PLACES
from rules.sentences import spoken

REPLACED: Final = Ground("another contractor takes over", "s.38(1)", CaseStatus.OPEN)
"""What stands for the ground on which an order ends whose case goes on."""


class ReplaceGround(StrEnum):
    """Why a contractor is replaced."""

    WITHDREW = "withdrew"
    DID_NOT_START = "did_not_start"
    STOPPED = "stopped"
    INSOLVENT = "insolvent"
    AGREED = "agreed"
    SUSPENDED = "suspended"
    DEFECTIVE = "defective"


WORDS: Final[Mapping[ReplaceGround, str]] = {
    ReplaceGround.WITHDREW: "it withdrew",
    ReplaceGround.DID_NOT_START: "it did not start",
    ReplaceGround.STOPPED: "it stopped the works",
    ReplaceGround.INSOLVENT: "it is insolvent",
    ReplaceGround.AGREED: "it was so agreed with it",
    ReplaceGround.SUSPENDED: "it is suspended",
    ReplaceGround.DEFECTIVE: "its work is defective",
}
"""Why, as a clause of the record; the client's letter says no more than that another comes."""


class NextBy(StrEnum):
    """How the next contractor is found."""

    BY_RULE = "by_rule"
    COMPETITION = "competition"


NEXT_WORDS: Final[Mapping[NextBy, str]] = {
    NextBy.BY_RULE: "the next in the award’s order",
    NextBy.COMPETITION: "contractors are invited to quote for what is left",
}


_NONE: Final = Decimal(0)


def reason_against(ground: ReplaceGround, *, on: date) -> str:
    """Return why a contractor is not offered what it left, as a clause of an award."""
    return f"it was replaced on this case on {in_words(on)}: {WORDS[ground]}"


def left_undone(
    works: Mapping[int, Decimal],
    *,
    covers: Mapping[Item, Collection[int]],
    done: Collection[Item],
    not_done: Collection[Item],
    said: Mapping[int, Decimal],
) -> dict[int, Decimal]:
    """Return how much is left to do of each works line, of those of which something is.

    Args:
        works: The works lines of the order, with their quantities.
        covers: The works lines of each line or item of the order's price.
        done: What is done in full.
        not_done: Of what nothing is done.
        said: How much is left of the lines that neither settles.
    """
    left = {}
    for line, quantity in works.items():
        settled = _settled(line, covers, done=done, not_done=not_done)
        much = said.get(line, _NONE) if settled is None else (quantity if settled else _NONE)
        if much:
            left[line] = much
    return left


def wrongly_left(
    works: Mapping[int, Decimal],
    *,
    covers: Mapping[Item, Collection[int]],
    done: Collection[Item],
    not_done: Collection[Item],
    said: Mapping[int, Decimal],
) -> Iterator[str]:
    """Yield, a sentence each, what is wrong with how much is said to be left of works lines."""
    settled = {line: _settled(line, covers, done=done, not_done=not_done) for line in works}
    unknown = [line for line in said if line not in works]
    if unknown:
        yield f"The order has no {items_words(unknown)} to leave."
    for line in sorted(set(said) & set(works)):
        if settled[line] is not None:
            how = "nothing" if not settled[line] else "all of it"
            yield f"Line {line}: {how} is left by what is said to be done; do not give it again."
        elif not (plain(said[line], works[line], PLACES) and said[line] >= 0):
            yield (
                f"Line {line}: 0 to {written(works[line])} is left, not {shortened(said[line])}."
            )
    missing = [line for line, how in settled.items() if how is None and line not in said]
    if missing:
        yield (
            f"Say how much is left to do of {items_words(missing)}, by --left LINE=QUANTITY; "
            "0 where nothing is."
        )
    elif not left_undone(works, covers=covers, done=done, not_done=not_done, said=said):
        yield "Nothing is left to do: have the works completed and signed off."


def _settled(
    line: int,
    covers: Mapping[Item, Collection[int]],
    *,
    done: Collection[Item],
    not_done: Collection[Item],
) -> int | None:
    """Return 0 where a line is done, 1 where none of it is, None where it has to be said."""
    of = [item for item, lines in covers.items() if line in lines]
    if all(item in not_done for item in of):
        return 1
    return 0 if all(item in done for item in of) else None


def snagged_and_done(
    snags: Collection[int], *, covers: Mapping[Item, Collection[int]], done: Collection[Item]
) -> str:
    """Return why works with an open snag are not done in full, or an empty string."""
    held = sorted(line for line in snags if any(line in covers.get(item, ()) for item in done))
    if not held:
        return ""
    what = items_words(held)
    return (
        f"{what[0].upper()}{what[1:]} {'has' if len(held) == 1 else 'have'} a snag that is not "
        "cleared: value it in part, or as not done."
    )


def left_words(left: Mapping[int, Decimal]) -> str:
    """Return what is left, as a clause: ``line 2 (3.5) and line 4 (1)``."""
    return spoken([f"line {line} ({written(much)})" for line, much in left.items()])
