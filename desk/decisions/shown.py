"""The fields of a decision's form as its page shows them: with what is offered and was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rules.agreement import DRAWN
from rules.decisions import BaseDecision
from rules.decisions.fields import Ask, Field, fields_of
from rules.decisions.sent import PLAN_LETTERS, Sent
from rules.people import Role

_HINTS: Final = {
    Ask.DATE: "Day first, such as 30/04/2026.",
    Ask.POUNDS: "In pounds, such as 1234.50.",
}
_WIDTHS: Final = {Ask.DATE: "short", Ask.POUNDS: "short", Ask.NUMBER: "tiny"}
_PLAN_WORDS: Final = {
    "proportionate": "Proportionate: why this is no more than the need asks for",
    "legal": "Legal: what allows it",
    "auditable": "Auditable: what shows it and where that is filed",
    "necessary": "Necessary: why it is needed",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One of the keys that a field asks a value beside.

    Args:
        name: The name of its input.
        id: Its identifier on the page.
        words: What a person knows it by.
    """

    name: str
    id: str
    words: str
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as it is shown.

    Args:
        ask: How it is asked here, with what is offered.
        keys: Those that a value is asked beside.
        typed: What was typed or chosen before, or stands.
        documents: The documents received that it may point at: what is sent for each, and its name.
        pointed: Those of them that were chosen.
        problem: What is wrong with it, or an empty string.
    """

    name: str
    label: str
    hint: str
    ask: str
    value: str
    choices: tuple[tuple[str, str], ...]
    keys: tuple[Key, ...]
    typed: tuple[str, ...]
    width: str
    problem: str
    folded: bool
    documents: tuple[tuple[str, str], ...] = ()
    pointed: tuple[str, ...] = ()


def fields_shown(
    kind: type[BaseDecision],
    *,
    role: Role,
    offered: Mapping[str, tuple[tuple[str, str], ...]],
    sent: Sent | None,
    problems: Mapping[str, str],
    documents: tuple[tuple[str, str], ...] = (),
) -> tuple[Shown, ...]:
    """Return the fields of a form; one that offers what the case has none of is left out.

    Args:
        role: Whose form it is: what this role may not say is left out.
        offered: What of the case is offered, by its name.
        sent: What was typed before; None for a fresh form.
        problems: What is wrong, by the name of the field.
        documents: The documents received, for what shows a thing: ``doc:3``, and its name.
    """
    return tuple(
        _pointing(
            _shown(field, offered.get(field.offers, ()), sent, problems.get(field.name, "")),
            documents if field.shows else (),
        )
        for field in fields_of(kind)
        if (field.required or not field.offers or offered.get(field.offers))
        and (not field.by or role in field.by)
    )


def _pointing(shown: Shown, documents: tuple[tuple[str, str], ...]) -> Shown:
    """Return a field with the documents that it may point at, those chosen before apart."""
    if not documents:
        return shown
    known = {sent for sent, _ in documents}
    return replace(
        shown,
        documents=documents,
        typed=tuple(one for one in shown.typed if one not in known),
        pointed=tuple(one for one in shown.typed if one in known),
    )


def typed_words(kind: type[BaseDecision], sent: Sent) -> list[tuple[str, str]]:
    """Return what was typed or chosen, field by field as the form calls them, to be checked."""
    found = []
    for field in fields_of(kind):
        chosen = dict(field.choices)
        for name, values in sent.items():
            whose, _, key = name.partition(".")
            said = [_said(chosen.get(one, one)) for value in values if (one := value.strip())]
            if whose == field.name and said:
                found.append((f"{field.label}, {key}" if key else field.label, "; ".join(said)))
    return found


def _said(value: str) -> str:
    return "As drawn on the screen" if value.startswith(DRAWN) else value


def _shown(
    field: Field, offers: Sequence[tuple[str, str]], sent: Sent | None, problem: str
) -> Shown:
    each = field.ask is Ask.EACH
    choices = field.choices if each or not field.offers else tuple(offers)
    ask = _asked(field, offers, choices)
    keys = tuple(_keys(field, offers, sent)) if each else ()
    typed = tuple((sent or {}).get(field.name, ())) if sent is not None else (field.stands,)
    filled = bool(any(typed) or any(key.typed for key in keys))
    optional = "" if field.required or ask is Ask.TICK else " (optional)"
    return Shown(
        name=field.name,
        label=field.label + optional,
        hint=_hint(field, ask),
        ask=ask.value,
        value=field.value.value,
        choices=choices,
        keys=keys,
        typed=typed,
        width=_WIDTHS.get(field.value if each else ask, ""),
        problem=problem,
        folded=field.seldom and not (filled or problem),
    )


def _asked(
    field: Field, offers: Sequence[tuple[str, str]], choices: Sequence[tuple[str, str]]
) -> Ask:
    """Return how a field is asked here: in words where there is nothing to choose from."""
    if field.ask is Ask.EACH:
        return Ask.EACH if offers else Ask.LIST
    if field.ask is Ask.ONE and not choices:
        return Ask.TEXT
    return Ask.LIST if field.ask is Ask.SEVERAL and not choices else field.ask


def _keys(field: Field, offers: Sequence[tuple[str, str]], sent: Sent | None) -> list[Key]:
    typed = sent or {}
    return [
        Key(
            name=f"{field.name}.{key}",
            id=f"{field.name}-{place}",
            words=words,
            typed=tuple(value for value in typed.get(f"{field.name}.{key}", ()) if value),
        )
        for place, (key, words) in enumerate(offers, start=1)
    ]


def _hint(field: Field, ask: Ask) -> str:
    if ask is Ask.LIST and field.entry:
        example = f", such as {field.example}" if field.example else ""
        return f"{field.hint} One a line, written {field.entry}{example}."
    more = _HINTS.get(field.value if ask is Ask.EACH else ask, "")
    known = not more or "ounds" in field.hint
    return field.hint if known else f"{field.hint} {more}".strip()


def plan_fields() -> tuple[tuple[str, str], ...]:
    """Return the four letters of PLAN: the name of each field, and what it is called."""
    return tuple((letter, _PLAN_WORDS[letter]) for letter in PLAN_LETTERS)


def title_of(kind: type[BaseDecision]) -> str:
    """Return what a page calls a kind of decision: ``Answer offer``."""
    return kind.kind.replace("-", " ").capitalize()
