"""What the form of a decision sent: the decision, or everything wrong with it beside its field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeAlias

from rules.decisions.declared import BaseDecision, Plan
from rules.decisions.fields import NO, YES, Ask, Field, fields_of
from rules.decisions.particulars import Particular, particulars, unwritable
from rules.decisions.typed import of_kind, options_of, unreadable
from rules.errors import HandrailError
from rules.reasons import too_thin

Sent: TypeAlias = Mapping[str, Sequence[str]]
"""What was typed or chosen, by the name of its field."""

_WORDS: Final = (Ask.TEXT, Ask.LONG)
PLAN_LETTERS: Final = tuple(item.name for item in fields(Plan))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form came to.

    Args:
        decisions: What is decided; nothing where something is wrong.
        reason: Why, as typed, or the usual reason of its kind.
        plan: The PLAN rationale, where one is needed.
        problems: Everything wrong, as the name of its field and a sentence; no name where it is
            of several fields.
    """

    decisions: tuple[BaseDecision, ...]
    reason: str
    plan: Plan | None
    problems: tuple[tuple[str, str], ...]


def read_sent(kind: type[BaseDecision], sent: Sent) -> Answer:
    """Return what a form decides, or everything that is wrong with it."""
    asked = fields_of(kind)
    given = given_of(kind, sent)
    problems = [*_missing(asked, sent), *_unwritable(asked, sent)]
    known = {name for name, _ in problems}
    problems += [one for one in _unread(kind, asked, given) if one[0] not in known]
    decisions: tuple[BaseDecision, ...] = ()
    if not problems:
        decisions, problems = _decided(kind, asked, given)
    needs_plan = any(one.needs_plan for one in decisions)
    reason = _text(sent, "reason") or kind.usual_reason
    problems += _unreasoned(
        {**sent, "reason": [reason]}, ("reason", *(PLAN_LETTERS if needs_plan else ()))
    )
    plan = Plan(*(_text(sent, letter) for letter in PLAN_LETTERS)) if needs_plan else None
    return Answer(() if problems else decisions, reason, plan, tuple(problems))


def given_of(kind: type[BaseDecision], sent: Sent) -> dict[str, Any]:
    """Return what a form typed for each option of the command line, as ``decisions_typed`` reads.

    Its flag is given: the form says which decision is meant.
    """
    given: dict[str, Any] = {kind.flag.name: True} if kind.flag else {}
    filled = {option.name: one for option, one in options_of(kind) if one is not None}
    asked = fields_of(kind)
    for field in asked:
        if not field.part:
            given[field.option] = _typed(field, filled[field.option], sent)
    return given | _by_way(kind, asked, sent)


def _typed(field: Field, one: Particular, sent: Sent) -> Any:
    if field.ask is Ask.TICK:
        return bool(_text(sent, field.name))
    if one.hint is bool:
        answer = {YES: True, NO: False}.get(_text(sent, field.name))
        return (answer is False or None) if "/" not in field.option else answer
    if field.ask is Ask.EACH:
        return [*_each(field, sent), *_lines(sent, field.name)]
    if field.ask is Ask.LIST or (one.repeat and not field.choices and not field.offers):
        return _lines(sent, field.name)
    chosen = [text for value in sent.get(field.name, ()) if (text := value.strip())]
    if field.ask is Ask.SEVERAL:
        chosen = [line for value in chosen for line in value.splitlines() if line.strip()]
        return chosen if one.repeat else ";".join(chosen)
    if field.shows and field.ask in _WORDS:
        return " ".join(dict.fromkeys(chosen))
    return chosen[0] if chosen else ""


def _each(field: Field, sent: Sent) -> Iterator[str]:
    """Return the entries of a field that asks beside each key."""
    start = f"{field.name}."
    for name, values in sent.items():
        said = ";".join(text for value in values if (text := value.strip()))
        if name.startswith(start) and said:
            yield f"{name.removeprefix(start)}={said}"


def _by_way(kind: type[BaseDecision], asked: Sequence[Field], sent: Sent) -> dict[str, Any]:
    """Return the entry for the option that was chosen, of those that say one thing in ways."""
    part = {field.part: field.name for field in asked if field.part}
    ways = {option.name: option for option, _ in options_of(kind)}
    option = ways.get(_text(sent, part["way"])) if part else None
    what = _text(sent, part["what"]) if part else ""
    if option is None or not what:
        return {}
    entry = f"{what}={_text(sent, part['amount'])}" if option.splits else what
    return {option.name: [entry] if kind.several else entry}


def _missing(asked: Sequence[Field], sent: Sent) -> Iterator[tuple[str, str]]:
    """Return each field that must be answered and is not."""
    for field in asked:
        answered = any(
            any(value.strip() for value in values)
            for name, values in sent.items()
            if name == field.name or (field.ask is Ask.EACH and name.startswith(f"{field.name}."))
        )
        if field.required and not answered:
            yield field.name, f"{field.label} is missing."
        if field.part == "amount":
            yield from _amiss_amount(field, asked, sent, answered=answered)


def _amiss_amount(
    field: Field, asked: Sequence[Field], sent: Sent, *, answered: bool
) -> Iterator[tuple[str, str]]:
    """Return an amount that is missing, or given for what has none."""
    way = next(one for one in asked if one.part == "way")
    chosen = _text(sent, way.name)
    if chosen in {word for word, _ in way.choices}:
        needed = chosen in field.for_ways
        if needed and not answered:
            yield field.name, "Say how much."
        if answered and not needed:
            yield field.name, "It no longer holds, so give no amount."


def _unwritable(asked: Sequence[Field], sent: Sent) -> Iterator[tuple[str, str]]:
    """Return what holds characters that no record can hold, field by field."""
    names = {field.name for field in asked} | {"reason", *PLAN_LETTERS}
    for name, values in sent.items():
        whose = name if name in names else name.partition(".")[0]
        for words in unwritable("".join(values)) if whose in names else ():
            yield whose, words


def _unread(
    kind: type[BaseDecision], asked: Sequence[Field], given: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Return what cannot be read, beside the field that it was typed in."""
    for option, (words, one) in unreadable(kind, given).items():
        example = one.asked.example
        more = f" Write the entry as {example}." if example and example not in words else ""
        yield _field_of(asked, option, one), words + more


def _field_of(asked: Sequence[Field], option: str, one: Particular) -> str:
    own = [field.name for field in asked if field.option == option and not field.part]
    parts = [field.name for field in asked if field.part and field.name.startswith(one.name)]
    return (own or parts[-1:] or [""])[0]


def _decided(
    kind: type[BaseDecision], asked: Sequence[Field], given: Mapping[str, Any]
) -> tuple[tuple[BaseDecision, ...], list[tuple[str, str]]]:
    """Return what is decided, with what is wrong with its particulars."""
    try:
        decisions = of_kind(kind, given)
    except HandrailError as error:
        return (), [("", error.what)]
    except ValueError as error:
        return (), [("", str(error))]
    wrong = [
        (_beside(asked, decision, words), words)
        for decision in decisions
        for words in decision.problems()
    ]
    return decisions, wrong


def _beside(asked: Sequence[Field], decision: BaseDecision, words: str) -> str:
    """Return the field that a problem stands beside: without its answer nobody would say it."""
    for one in particulars(type(decision)):
        left_out = one.default if not one.required else _NOTHING.get(one.hint, {})
        if one.required and one.key is None and one.hint not in _NOTHING:
            continue
        without: Any = replace(decision, **{one.name: left_out})
        if getattr(decision, one.name) != left_out and words not in without.problems():
            named = [option.name for option in one.options]
            return next((field.name for field in asked if field.option in named), "")
    return ""


_NOTHING: Final[Mapping[Any, Any]] = {str: "", int: 0}


def _unreasoned(sent: Sent, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return a reason, or letters of PLAN, that are missing or explain nothing."""
    found = []
    for name in names:
        words = _text(sent, name)
        said = "Say why." if name == "reason" else f"Say why it is {name}."
        wrong = too_thin(words) if words else said
        if wrong:
            found.append((name, wrong))
    return found


def _text(sent: Sent, name: str) -> str:
    return next((value.strip() for value in sent.get(name, ())), "")


def _lines(sent: Sent, name: str) -> list[str]:
    return [
        line.strip() for value in sent.get(name, ()) for line in value.splitlines() if line.strip()
    ]
