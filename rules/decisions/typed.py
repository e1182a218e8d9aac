"""Decisions as they are typed: by options of a command, or by the fields of a form."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from rules.decisions.declared import TYPED, BaseDecision, Option
from rules.decisions.particulars import Particular, particulars
from rules.errors import InvalidDecisionError
from rules.typed import given_twice, read_pair

_EMPTY: Final[Mapping[Any, Any]] = {str: "", int: 0}


class UnreadableError(ValueError):
    """What was typed for an option cannot be read.

    Args:
        words: What is wrong, in a sentence.
        option: The option, or the field of a form.
        example: An entry that is right, or an empty string.
    """

    def __init__(self, words: str, *, option: str, example: str) -> None:
        super().__init__(words)
        self.option = option
        self.example = example


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
        given: What was typed for each option, by its name: a text, yes or no, or a list where it
            was typed more than once. Nothing, an empty text, and no where that is no answer, is an
            option left out.

    Raises:
        InvalidDecisionError: None or several are meant, an option belongs to another, or two
            answers were typed where there is one.
        UnreadableError: What was typed for an option cannot be read.
        ValueError: Something is missing, or two options contradict each other.
    """
    return _of_kind(_meant(kinds, _typed(given)), _typed(given))


def of_kind(kind: type[BaseDecision], given: Mapping[str, Any]) -> tuple[BaseDecision, ...]:
    """Return what is decided where the kind is known: as ``decisions_typed``, and raising as it."""
    return _of_kind(kind, _typed(given))


def unreadable(
    kind: type[BaseDecision], given: Mapping[str, Any]
) -> dict[str, tuple[str, Particular]]:
    """Return, of every option whose entry cannot be read, what is wrong and what it fills."""
    typed, found = _typed(given), {}
    for option, one in options_of(kind):
        if one is not None and option.name in typed:
            try:
                _tried(kind, one, option, typed[option.name])
            except ValueError as error:
                found[option.name] = (str(error), one)
    return found


def _tried(kind: type[BaseDecision], one: Particular, option: Option, typed: Sequence[Any]) -> None:
    if kind.several:
        for entry in typed:
            _split(one, option, entry)
    else:
        _read(one, option, typed)


def _typed(given: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    return {name: _listed(value) for name, value in given.items() if _is_given(name, value)}


def _of_kind(
    kind: type[BaseDecision], typed: Mapping[str, Sequence[Any]]
) -> tuple[BaseDecision, ...]:
    if kind.several:
        return _several(kind, typed)
    _check_given_once(kind, typed)
    values: dict[str, Any] = {}
    for one in particulars(kind):
        for option in one.options:
            if option.name in typed:
                said = _read(one, option, typed[option.name])
                values |= {one.name: _joined(one, values.get(one.name), said), **option.fills}
    return (_made(kind, values),)


def _is_given(name: str, typed: Any) -> bool:
    return typed not in (None, "", [], ()) and (typed is not False or "/" in name)


def _listed(typed: Any) -> Sequence[Any]:
    return typed if isinstance(typed, list | tuple) else [typed]


def _check_given_once(kind: type[BaseDecision], typed: Mapping[str, Sequence[Any]]) -> None:
    """Refuse two answers where a decision has room for one: the other would be passed over."""
    ways: dict[str, list[str]] = {}
    for option, one in options_of(kind):
        answers = typed.get(option.name, ())
        said = set(answers) if one is None or one.hint is bool else answers
        if len(said) > 1 and not (one and one.repeat):
            raise InvalidDecisionError(given_twice(option.name, answers), next_step="Give one.")
        if answers and one is not None and one.key is None:
            for name in (one.name, *option.fills):
                ways.setdefault(name, []).append(option.name)
    for names in ways.values():
        if len(names) > 1:
            raise _not_one("Give one decision at a time.", names)


def _not_one(words: str, names: Sequence[str]) -> InvalidDecisionError:
    return InvalidDecisionError(words, next_step=f"Use one of: {', '.join(names)}.")


def _meant(kinds: Sequence[type[BaseDecision]], given: Mapping[str, Any]) -> type[BaseDecision]:
    """Return the one kind that is meant; what belongs to another is refused, not passed over."""
    asking = {kind: [name for name in _asking(kind) if name in given] for kind in kinds}
    alone = len(kinds) == 1 and not _asking(kinds[0])
    meant = kinds if alone else [kind for kind, names in asking.items() if names]
    if len(meant) != 1:
        names = [name for kind in kinds for name in _asking(kind)]
        raise _not_one("Give one decision at a time." if meant else "Say what is decided.", names)
    own = {option.name for option, _ in options_of(meant[0])}
    stray = [name for name in given if name not in own]
    if stray:
        raise InvalidDecisionError(
            f"{', '.join(stray)} does not go with {', '.join(asking[meant[0]]) or meant[0].kind}.",
            next_step="Give one decision at a time.",
        )
    return meant[0]


def _asking(kind: type[BaseDecision]) -> list[str]:
    """Return the options of a kind that say that it is meant."""
    return [opt.name for opt, one in options_of(kind) if one is None or one.asked.asks]


def _several(
    kind: type[BaseDecision], typed: Mapping[str, Sequence[str]]
) -> tuple[BaseDecision, ...]:
    made = [
        _made(kind, {**option.fills, **_split(one, option, entry)})
        for one in particulars(kind)
        for option in one.options
        for entry in typed.get(option.name, ())
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
    with _naming(option, one):
        return option.splits(entry) if option.splits else {one.name: one.reads(entry)}


@contextmanager
def _naming(option: Option, one: Particular) -> Iterator[None]:
    """Say which option it is that cannot be read."""
    try:
        yield
    except ValueError as error:
        example = one.asked.example
        raise UnreadableError(str(error), option=option.name, example=example) from error


def _read(one: Particular, option: Option, typed: Sequence[Any]) -> Any:
    """Return the value of a particular from what was typed for one of its options."""
    with _naming(option, one):
        if option.value is not TYPED:
            keys = (one.reads_key(entry) for entry in typed) if one.key else ()
            return dict.fromkeys(keys, option.value) if one.key else option.value
        if isinstance(typed[0], bool):
            return typed[0]
        if one.key is not None:
            return dict(_pairs(one, typed))
        if one.repeat:
            return tuple(dict.fromkeys(one.reads(entry) for entry in typed))
        return one.reads(typed[0])


def _pairs(one: Particular, typed: Sequence[str]) -> Iterator[tuple[Any, Any]]:
    seen = set()
    what = one.asked.entry.partition("=")[2]
    for entry in typed:
        key, value = read_pair(
            entry,
            entry=one.asked.entry,
            example=one.asked.example or f"1={what.lower()}",
            key=one.reads_key,
            value=one.reads,
        )
        if key in seen:
            raise ValueError(f"{f'Line {key}' if one.key is int else key} is given twice.")
        seen.add(key)
        yield key, value


def _joined(one: Particular, before: Any, said: Any) -> Any:
    """Return what two options say of one particular together."""
    if before is None:
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
        names = " or ".join(option.name.replace("/", " or ") for option in one.options)
        raise ValueError(f"{names or one.label} is missing: {one.asked.help}")
    return {} if one.key is not None else _EMPTY[one.hint]
