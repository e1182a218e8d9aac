"""Decisions as they are typed: by options of a command, or by the fields of a form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rules.decisions.declared import TYPED, BaseDecision, Option
from rules.decisions.particulars import Particular, particulars
from rules.errors import InvalidDecisionError
from rules.typed import read_pair

_EMPTY: Final[Mapping[Any, Any]] = {str: "", int: 0}


def options_of(kind: type[BaseDecision]) -> tuple[tuple[Option, Particular | None], ...]:
    """Return every option of a kind of decision, with the particular it fills."""
    filled = [(option, one) for one in particulars(kind) for option in one.options]
    return ((kind.flag, None), *filled) if kind.flag else tuple(filled)


def decisions_typed(
    kinds: Sequence[type[BaseDecision]], given: Mapping[str, Any]
) -> tuple[BaseDecision, ...]:
    """Return what is decided: one decision, or several of a kind that may be.

    Args:
        kinds: The kinds that one command, or one form, records.
        given: What was typed for each option given, by its name: a text, a list of texts where it
            may be repeated, or yes or no.

    Raises:
        InvalidDecisionError: None or several are meant, or an option belongs to another.
        ValueError: A value cannot be read; the sentence says which and why.
    """
    alone = len(kinds) == 1 and not _asking(kinds[0])
    kind = kinds[0] if alone else _meant(kinds, given)
    if kind.several:
        return _several(kind, given)
    values: dict[str, Any] = {}
    for one in particulars(kind):
        for option in one.options:
            if option.name in given:
                said = _read(one, option, given[option.name])
                values |= {one.name: _joined(one, values.get(one.name), said), **option.fills}
    return (_made(kind, values),)


def _meant(kinds: Sequence[type[BaseDecision]], given: Mapping[str, Any]) -> type[BaseDecision]:
    """Return the one kind that is meant; what belongs to another is refused, not passed over."""
    asking = {kind: [name for name in _asking(kind) if name in given] for kind in kinds}
    meant = [kind for kind, names in asking.items() if names]
    if len(meant) != 1:
        names = ", ".join(", ".join(_asking(kind)) for kind in kinds)
        raise InvalidDecisionError(
            "Give one decision at a time." if meant else "Say what is decided.",
            next_step=f"Use one of: {names}.",
        )
    own = {option.name for option, _ in options_of(meant[0])}
    stray = [name for name in given if name not in own]
    if stray:
        raise InvalidDecisionError(
            f"{', '.join(stray)} does not go with {', '.join(asking[meant[0]])}.",
            next_step="Give one decision at a time.",
        )
    return meant[0]


def _asking(kind: type[BaseDecision]) -> list[str]:
    """Return the options of a kind that say that it is meant."""
    return [opt.name for opt, one in options_of(kind) if one is None or one.asked.asks]


def _several(kind: type[BaseDecision], given: Mapping[str, Any]) -> tuple[BaseDecision, ...]:
    made = [
        _made(kind, {**option.fills, **_split(one, option, entry)})
        for one in particulars(kind)
        for option in one.options
        for entry in given.get(option.name, ())
    ]
    names = [option.name for option, _ in options_of(kind)]
    if not made:
        raise InvalidDecisionError(
            "Say what is recorded.", next_step=f"Use {', '.join(names[:-1])} or {names[-1]}."
        )
    problems = [f"{_named(one)}: {words}" for one in made for words in one.problems()]
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    return tuple(made)


def _named(decision: BaseDecision) -> str:
    """Return what tells one of several decisions from the others: its first particular said."""
    values = (getattr(decision, one.name) for one in reversed(particulars(type(decision))[:2]))
    return next((str(value).replace("_", " ") for value in values if value), decision.kind)


def _split(one: Particular, option: Option, entry: str) -> Mapping[str, Any]:
    return option.splits(entry) if option.splits else {one.name: one.reads(entry)}


def _read(one: Particular, option: Option, typed: Any) -> Any:
    """Return the value of a particular from what was typed for one of its options."""
    if option.value is not TYPED:
        return dict.fromkeys(map(one.key, typed), option.value) if one.key else option.value
    if isinstance(typed, bool):
        return typed
    if one.key is not None:
        return dict(_pairs(one, typed))
    if one.repeat:
        return tuple(dict.fromkeys(one.reads(entry) for entry in typed))
    return one.reads(typed)


def _pairs(one: Particular, typed: Sequence[str]) -> Iterator[tuple[Any, Any]]:
    seen = set()
    what = one.asked.entry.partition("=")[2]
    for entry in typed:
        key, value = read_pair(
            entry,
            entry=one.asked.entry,
            example=one.asked.example or f"1={what.lower()}",
            key=one.key,
            value=one.reads,
        )
        if key in seen:
            raise ValueError(f"{f'Line {key}' if one.key is int else key} is given twice.")
        seen.add(key)
        yield key, value


def _joined(one: Particular, before: Any, said: Any) -> Any:
    """Return what two options say of one particular together."""
    if before is None or one.key is None:
        return said
    both = before.keys() & said.keys()
    if both:
        lines = ", ".join(map(str, sorted(both)))
        ways = " and as ".join(option.name[2:].replace("-", " ") for option in one.options)
        raise ValueError(f"Line {lines} is given as {ways}.")
    return before | said


def _made(kind: type[BaseDecision], values: dict[str, Any]) -> BaseDecision:
    for one in particulars(kind):
        if one.name not in values:
            values[one.name] = one.default if not one.required else _empty(one)
    return kind(**values)


def _empty(one: Particular) -> Any:
    """Return nothing of its type, so that the decision itself says what is missing."""
    if one.key is None and one.hint not in _EMPTY:
        names = " or ".join(option.name for option in one.options)
        raise ValueError(f"{names or one.label} is missing: {one.asked.help}")
    return {} if one.key is not None else _EMPTY[one.hint]
