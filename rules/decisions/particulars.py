"""The particulars of a decision: what each is, whether they are sound, and as plain facts."""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, astuple, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints
from unicodedata import category

from rules.decisions.declared import Asked, BaseDecision, Option, Plan
from rules.errors import InvalidDecisionError, MissingReasonError, NotPermittedError
from rules.money import parse_pounds
from rules.people import Actor
from rules.reasons import too_thin
from rules.sentences import spoken
from rules.typed import read_day, read_exact, read_one_of, read_whole

_READ: Final[Mapping[Any, Callable[[str], Any]]] = {
    str: str,
    int: read_whole,
    bool: read_one_of({"yes": True, "no": False}),
    Decimal: read_exact,
    date: read_day,
}


@dataclass(frozen=True, slots=True)
class Particular:
    """One thing that a decision asks for, as a form, a command or the reference needs it.

    Args:
        name: Its name in the record.
        label: What a form calls it.
        asked: What its declaration says of it.
        options: The options that fill it.
        hint: Its type without ``| None``.
        key: The type of a key, where it is pairs; else None.
        repeat: Whether it may be given more than once.
        default: What it is where nothing is given; ``MISSING`` if it must be given.
        choices: What may be chosen, by the word that chooses it; empty for anything.
        reads: What reads one value.
        reads_key: What reads a key, where it is pairs.
    """

    name: str
    label: str
    asked: Asked
    options: tuple[Option, ...]
    hint: Any
    key: Any
    repeat: bool
    default: Any
    choices: Mapping[str, Any]
    reads: Callable[[str], Any]
    reads_key: Callable[[str], Any]

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is MISSING


def particulars(kind: type[BaseDecision]) -> tuple[Particular, ...]:
    """Return what a kind of decision asks for, in the order of its declaration."""
    made: Any = kind  # mypy takes a class for unhashable where its instances are hashed
    return _particulars(made)


@cache
def _particulars(kind: Any) -> tuple[Particular, ...]:
    hints = get_type_hints(kind)
    return tuple(_particular(item, _bare(hints[item.name])) for item in fields(kind))


def _particular(item: Field[Any], hint: Any) -> Particular:
    asked: Asked = item.metadata["asked"]
    origin, arguments = get_origin(hint), get_args(hint)
    pairs = origin is not None and issubclass(origin, Mapping)
    key = arguments[0] if pairs else None
    single = arguments[-1] if pairs else arguments[0] if origin is tuple else hint
    choices = asked.choices or _choices(single)
    default = item.default if item.default_factory is MISSING else item.default_factory()
    named = (f"--{item.name.replace('_', '-')}",) if asked.options is None else asked.options
    return Particular(
        name=item.name,
        label=asked.label or item.name.replace("_", " ").capitalize(),
        asked=asked,
        options=tuple(one if isinstance(one, Option) else Option(one) for one in named),
        hint=hint,
        key=key,
        repeat=origin is not None if asked.repeat is None else asked.repeat,
        default=asked.otherwise if default is MISSING else default,
        choices=choices,
        reads=asked.reads or _reader(single, choices, asked.unit),
        reads_key=_READ.get(key, str),
    )


def _choices(hint: Any) -> Mapping[str, Any]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {str(member.value): member for member in hint}
    return {}


def _reader(hint: Any, choices: Mapping[str, Any], unit: str) -> Callable[[str], Any]:
    if choices:
        return read_one_of(choices)
    return parse_pounds if unit == "pounds" else _READ.get(hint, str)


def _bare(hint: Any) -> Any:
    """Return a type without its ``| None``."""
    if get_origin(hint) in {Union, types.UnionType}:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def check_particulars(*, decision: BaseDecision, reason: str, plan: Plan | None) -> None:
    """Refuse a decision whose reason, PLAN rationale or particulars are incomplete, all at once.

    Args:
        reason: Why, in the decider's words.
        plan: The PLAN rationale, or None.

    Raises:
        MissingReasonError: The reason, or a letter of PLAN, is missing or explains nothing.
        InvalidDecisionError: The particulars are wrong; every problem is listed.
    """
    said = {"a reason": reason}
    if decision.needs_plan:
        for item in fields(Plan):
            said[f"the PLAN sentence “{item.name}”"] = getattr(plan, item.name) if plan else ""
    missing = ", ".join(name for name, words in said.items() if not words.strip())
    thin = [too_thin(words) for words in said.values() if words.strip()]
    lacking = [f"“{decision.kind}” needs {missing}."] if missing else []
    lacking += filter(None, thin)
    if lacking:
        raise MissingReasonError(
            " ".join(lacking),
            why="Every decision says why; a discretionary one also says that it is "
            "Proportionate, Legal, Auditable and Necessary."
            if decision.needs_plan
            else "Every decision says why.",
            next_step="Give it and record the decision again.",
        )
    words = (reason, *astuple(plan)) if plan else (reason,)
    written = "".join((*words, *_texts(facts_of(decision))))
    problems = (*unwritable(written), *decision.problems())
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")


def check_may_give(*, actor: Actor, decision: BaseDecision) -> None:
    """Refuse a decision in which somebody says what is not theirs to say.

    Raises:
        NotPermittedError: A particular is given that other roles give.
    """
    given = [
        one
        for one in particulars(type(decision))
        if one.asked.by and getattr(decision, one.name) != one.default
    ]
    barred = [one for one in given if actor.role not in one.asked.by]
    if barred:
        roles = {role.replace("_", " ") for one in barred for role in one.asked.by}
        raise NotPermittedError(
            f"{actor.name} may not say “{spoken([one.label for one in barred])}”.",
            why=f"Only the {' or the '.join(sorted(roles))} says it.",
            next_step="Leave it out, and record the decision again.",
        )


def check_reason(reason: str, *, what: str) -> None:
    """Refuse what is recorded beside the cases without a reason that can be read and followed.

    Args:
        what: What needs it, such as ``An absence``.

    Raises:
        MissingReasonError: It is missing, or explains nothing.
        InvalidDecisionError: It holds control characters.
    """
    if not reason.strip():
        raise MissingReasonError(f"{what} needs a reason.", next_step="Nothing was recorded.")
    if thin := too_thin(reason):
        raise MissingReasonError(thin, next_step="Nothing was recorded.")
    if problems := unwritable(reason):
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")


def unwritable(text: str) -> tuple[str, ...]:
    """Return the control characters of a text, which no record or document can hold, in a sentence.

    Args:
        text: What somebody typed.
    """
    found = sorted({c for c in text if category(c) in ("Cc", "Cs") and c not in "\n\r\t"})
    if not found:
        return ()
    names = ", ".join(f"U+{ord(c):04X}" for c in found)
    return (f"The words hold control characters ({names}); type them again without.",)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def facts_of(decision: BaseDecision) -> dict[str, object]:
    """Return a decision's particulars as plain values for the record, without what is sealed."""
    names = (item.name for item in fields(decision))
    return {name: _plain(getattr(decision, name)) for name in names if name not in decision.sealed}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | Decimal):
        return str(value)
    return value
