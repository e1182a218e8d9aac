"""Snags after they were found: answered by the contractor, looked at again, and what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from models.base import AnyRow
from models.findings import snags_on
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import unwritable
from rules.documents.pointed import pointed_at
from rules.errors import AlreadyDecidedError, InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from rules.sentences import spoken
from rules.snags import ANSWERED, WITH_CONTRACTOR, Snag, SnagState, open_snags
from services.cases import Context, Effect, applies
from services.completion.findings import Found, keep_findings, say_of_snag
from services.orders.works import own_order

LONGEST: Final = 2_000
"""Characters of what is said of a snag."""


@decided(
    "answer-snag",
    at=StepName.SIGN_OFF,
    by=OFFICERS | {Role.CONTRACTOR},
    sealed=frozenset({"words"}),
)
class AnswerSnag(BaseDecision):
    """The contractor answers snags: put right, with a photograph, or disputed, with why."""

    snags: tuple[int, ...] = particular(
        "The number of a snag.",
        "--snag",
        label="Which snags",
        hint="Those that are answered alike.",
        offers="snags_to_answer",
    )
    put_right: bool = particular(
        "How they are answered.",
        "--put-right/--disputed",
        label="Your answer",
        hint="An officer looks at them again.",
        answers=("They are put right", "We see it differently"),
    )
    words: str = particular(
        "What was done, or why it is seen differently.",
        default="",
        long=True,
        label="What was done, or why you see it differently",
    )
    evidence: str = particular(
        "What shows it; of a snag put right, a photograph: doc:3.",
        default="",
        evidence=True,
        seldom=True,
        label="What shows it",
    )

    def problems(self) -> tuple[str, ...]:
        """Return an answer to nothing, a dispute without why, and words that are too long."""
        found = list(unwritable(self.words))
        if not self.snags:
            found.append("Say which snags are answered.")
        if not self.put_right and not self.words.strip():
            found.append("Say why you see it differently.")
        if len(self.words) > LONGEST:
            found.append(f"Say it in {LONGEST:,} characters at most.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was answered; the words stand beside the record."""
        how = "said to be put right" if facts["put_right"] else "disputed"
        shown = known("; shown by: {}", facts["evidence"])
        return f"{_named(facts)}{known(' of {}', facts['order'])}: {how}{shown}."


def numbers_words(numbers: Sequence[int]) -> str:
    """Return numbers of snags as a phrase: ``snag 2``, ``snags 1 and 3``."""
    return f"snag{'' if len(numbers) == 1 else 's'} {spoken([str(one) for one in numbers])}"


def _named(facts: Facts) -> str:
    words = numbers_words(facts["snags"] or ())
    return words[:1].upper() + words[1:]


def check_answer(context: Context) -> tuple[AnyRow, dict[int, Snag]]:
    """Return the order and its snags that are the contractor's to answer; there must be some."""
    order = own_order(context)
    snags = snags_on(context.conn, order_id=order.id)
    waits = {one.number: one for one in snags if one.state in WITH_CONTRACTOR}
    if not waits:
        answered = [one.number for one in snags if one.state in ANSWERED]
        raise AlreadyDecidedError(
            f"No snag of {order.number} waits for the contractor’s answer.",
            why=f"{numbers_words(answered)} answered; an officer looks again." if answered else "",
            next_step="Nothing was recorded.",
        )
    return order, waits


@applies(AnswerSnag, check=check_answer)
def answer(context: Context, decision: AnswerSnag, found: tuple[AnyRow, dict[int, Snag]]) -> Effect:
    """Keep the answer of each snag; it is then the officer's to look again."""
    order, waits = found
    shown = pointed_at(decision.evidence)
    problems = _unknown(order, decision.snags, waits, "waits for an answer")
    if decision.put_right and not shown:
        problems.append("Hand in a photograph that shows what was put right.")
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    said = SnagState.PUT_RIGHT if decision.put_right else SnagState.DISPUTED
    for number in decision.snags:
        say_of_snag(context, waits[number], said, words=decision.words.strip(), documents=shown)
    return Effect(to=StepStatus.READY, facts={"order": order.number})


@dataclass(frozen=True, slots=True)
class Again:
    """What an officer found of snags that were looked at again.

    Args:
        cleared: The numbers of those that are.
        still: What is still wrong, by number.
        documents: The photographs of a line.
        rectify_by: The day by which the snags of a line are to be put right, where one is given.
    """

    cleared: Sequence[int]
    still: Mapping[int, str]
    documents: Mapping[int, tuple[int, ...]]
    rectify_by: Mapping[int, date]


def keep_again(context: Context, *, order: AnyRow, again: Again) -> None:
    """Clear snags, or give them back to the contractor; a line passes with its last snag.

    Raises:
        InvalidDecisionError: One is not open.
    """
    held = {one.number: one for one in open_snags(snags_on(context.conn, order_id=order.id))}
    if problems := _unknown(order, (*again.cleared, *again.still), held, "is open"):
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    for number in again.cleared:
        say_of_snag(context, held[number], SnagState.CLEARED)
    for number, words in again.still.items():
        line = held[number].line
        say_of_snag(
            context,
            held[number],
            SnagState.STILL,
            words=words.strip(),
            documents=again.documents.get(line, ()),
            rectify_by=again.rectify_by.get(line),
        )
    _pass_lines(context, order, [held[number] for number in again.cleared])


def _unknown(
    order: AnyRow, numbers: Sequence[int], held: Mapping[int, Snag], what: str
) -> list[str]:
    wrong = sorted(set(numbers) - held.keys())
    if not wrong:
        return []
    there = ", ".join(map(str, sorted(held))) or "none"
    return [f"No snag {', '.join(map(str, wrong))} of {order.number} {what}. There are: {there}."]


def _pass_lines(context: Context, order: AnyRow, cleared: Sequence[Snag]) -> None:
    """Let a line pass where the last of its snags was cleared."""
    left = {one.line for one in open_snags(snags_on(context.conn, order_id=order.id))}
    lines = sorted({one.line for one in cleared} - left)
    keep_findings(context, order=order, found=[Found(line, "cleared") for line in lines])
