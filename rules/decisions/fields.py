"""The form of a decision, made from its declaration: its fields, and how each is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final

from rules.decisions.declared import TYPED, BaseDecision, Option
from rules.decisions.particulars import Particular, particulars
from rules.people import Role

YES, NO = "yes", "no"
RESERVED: Final = frozenset(
    {"csrf", "over", "reason", "do", "proportionate", "legal", "auditable", "necessary"}
)
"""What else a form of a decision sends: no field of one has such a name."""


class Ask(StrEnum):
    """How a field is asked."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    POUNDS = "pounds"
    TICK = "tick"
    ONE = "one"
    SEVERAL = "several"
    LIST = "list"
    EACH = "each"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Args:
        name: Its name in the form.
        option: The option of the command line that it is typed for.
        ask: How it is asked; ``EACH`` asks for a value beside each key that is offered.
        value: How each value is asked, of ``EACH``; where no key is offered, it is a list.
        required: Whether it must be answered.
        choices: What may be chosen, by the word that is sent.
        offers: What of the case is offered; of ``EACH``, as keys.
        stands: What stands where nothing is typed, as it would be typed.
        entry: How an entry of a list is typed, such as ``LINE=POUNDS``.
        part: Which part of an entry it is, of one that is asked in several fields.
        for_ways: The options whose entries have this part.
        seldom: Whether it is given now and then only.
        shows: Whether it says what shows a thing, and may point at documents received.
        by: Who may give it; empty for whoever may record the decision.
    """

    name: str
    option: str
    label: str
    hint: str
    ask: Ask
    value: Ask = Ask.TEXT
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    offers: str = ""
    stands: str = ""
    entry: str = ""
    example: str = ""
    part: str = ""
    for_ways: tuple[str, ...] = ()
    seldom: bool = False
    shows: bool = False
    by: frozenset[Role] = frozenset()


def fields_of(kind: type[BaseDecision]) -> tuple[Field, ...]:
    """Return the fields of the form of a kind of decision, in the order of its declaration."""
    made: Any = kind  # mypy takes a class for unhashable where its instances are hashed
    return _fields_of(made)


@cache
def _fields_of(kind: Any) -> tuple[Field, ...]:
    return tuple(field for one in particulars(kind) for field in _fields(one))


def _fields(one: Particular) -> Iterator[Field]:
    if one.key is not None:
        for option in one.options:
            yield _pairs(one, option)
    elif len(one.options) > 1:
        yield from _ways(one)
    elif one.options:
        yield _plain(one, one.options[0])


def _pairs(one: Particular, option: Option) -> Field:
    """Return the field of pairs: a value beside each key, or the keys that an option stands for."""
    if option.value is not TYPED:
        field = replace(_base(one, option), ask=Ask.SEVERAL, value=Ask.TEXT)
        return replace(field, entry=option.entry, label=option.label or option.help)
    value = Ask.SEVERAL if one.asked.among else _by_type(one, _last(one.hint))
    return replace(_base(one, option), ask=Ask.EACH, value=value)


def _ways(one: Particular) -> Iterator[Field]:
    """Return the fields of a particular with several options: which of them, and what is said."""
    base = _base(one, one.options[0])
    ways = tuple((option.name, option.label or option.help) for option in one.options)
    yield replace(
        base,
        name=f"{one.name}-way",
        part="way",
        ask=Ask.ONE,
        label="What is recorded",
        hint="",
        choices=ways,
        offers="",
        required=True,
    )
    ask = Ask.ONE if one.asked.offers else Ask.TEXT
    hint = one.asked.hint or one.asked.help
    yield replace(
        base, name=one.name, part="what", ask=ask, label=one.label, hint=hint, required=True
    )
    if priced := [option.name for option in one.options if option.splits]:
        yield replace(
            base,
            name=f"{one.name}-amount",
            part="amount",
            ask=Ask.POUNDS,
            label="Amount",
            hint="Pounds, such as 850.00; nothing where it no longer holds.",
            offers="",
            required=False,
            for_ways=tuple(priced),
        )


def _plain(one: Particular, option: Option) -> Field:
    base = _base(one, option)
    if one.hint is bool:
        return _yes_or_no(one, option, base)
    if one.repeat or one.asked.among:
        offered = bool(base.choices or one.asked.offers or one.asked.among)
        return replace(base, ask=Ask.SEVERAL if offered else Ask.LIST)
    if base.choices or one.asked.offers:
        return replace(base, ask=Ask.ONE)
    return replace(base, ask=Ask.SIGNATURE if one.asked.signature else _by_type(one, one.hint))


def _yes_or_no(one: Particular, option: Option, base: Field) -> Field:
    """Return a tick, or a choice of two where either answer is an act."""
    if "/" not in option.name and one.asked.answers is None:
        label = one.asked.label or option.label or (option.help or one.asked.help).removesuffix(".")
        return replace(base, ask=Ask.TICK, label=label, hint=one.asked.hint)
    names = tuple(part.removeprefix("--").replace("-", " ") for part in option.name.split("/"))
    yes, no = one.asked.answers or tuple(name.capitalize() for name in names)
    hint = one.asked.hint or one.asked.help
    must = one.required or one.default is not None
    return replace(base, ask=Ask.ONE, hint=hint, choices=((YES, yes), (NO, no)), required=must)


def _base(one: Particular, option: Option) -> Field:
    asked = one.asked
    name = option.name.removeprefix("--").partition("/")[0]
    label = option.label or one.label.removesuffix(" pence")
    hint = asked.hint or option.help or asked.help
    return Field(
        name=f"of-{name}" if name in RESERVED else name,
        option=option.name,
        label=label,
        hint="" if hint.rstrip(".").casefold() == label.casefold() else hint,
        ask=Ask.TEXT,
        required=one.required and asked.answers is None,
        choices=_choices(one),
        offers=asked.offers,
        stands=_stands(one),
        entry=option.entry or asked.entry,
        example=asked.example,
        seldom=asked.seldom,
        shows=asked.evidence and not asked.signature,
        by=asked.by,
    )


def _choices(one: Particular) -> tuple[tuple[str, str], ...]:
    if one.asked.among:
        return tuple(one.asked.among.items())
    return tuple((word, _words(word, value)) for word, value in one.choices.items())


def _words(word: str, value: Any) -> str:
    said = getattr(value, "words", None)
    words = said if isinstance(said, str) else word.replace("_", " ")
    return words[:1].upper() + words[1:]


def _stands(one: Particular) -> str:
    """Return what stands where nothing is typed, as it would be typed; empty where nothing does."""
    if one.required or not one.default or one.hint is bool:
        return ""
    return next((word for word, value in one.choices.items() if value == one.default), "")


def _by_type(one: Particular, hint: Any) -> Ask:
    if one.asked.unit == "pounds":
        return Ask.POUNDS
    if one.choices:
        return Ask.ONE
    ask: Mapping[Any, Ask] = {date: Ask.DATE, int: Ask.NUMBER, Decimal: Ask.NUMBER}
    return ask.get(hint, Ask.LONG if one.asked.long else Ask.TEXT)


def _last(hint: Any) -> Any:
    return hint.__args__[-1]
