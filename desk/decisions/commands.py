"""`handrail decide REF …`: one command a gate, with options made from the declarations."""

import inspect
import keyword
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.options import Auditable, By, Legal, Necessary, Proportionate, Reason, plan_of
from desk.output import Json, print_json, say, sentences
from rules.decisions import BaseDecision, Option, Plan
from rules.decisions.declared import TYPED
from rules.decisions.particulars import Particular
from rules.decisions.typed import UnreadableError, decisions_typed, options_of
from rules.pathway import PATHWAY, CaseStatus
from services.decisions.kinds import KINDS
from services.decisions.record import Receipt, record_decision
from services.session import writing

app = typer.Typer(no_args_is_help=True, help="Record a decision on a case, at one of its steps.")

_MUST: Final = inspect.Parameter.empty
_METAVARS: Final[Mapping[Any, str]] = {date: "DATE", int: "NUMBER"}
_PLAN: Final = {
    "proportionate": Proportionate,
    "legal": Legal,
    "auditable": Auditable,
    "necessary": Necessary,
}


@app.callback()
def on_case(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
) -> None:
    """Record a decision on a case: who, why, and the particulars of its gate."""
    ctx.obj = reference


def _add(command: str, kinds: Sequence[type[BaseDecision]]) -> None:
    """Add a command with the options of the kinds of decision that it records."""
    asked = {_name(option): (option, one) for kind in kinds for option, one in options_of(kind)}
    usual = kinds[0].usual_reason if len({kind.usual_reason for kind in kinds}) == 1 else ""
    hints: dict[str, tuple[Any, Any]] = {"by": (By, _MUST), "reason": (Reason, usual or _MUST)}
    hints |= {
        name: _typed(option, one, alone=len(kinds) == 1) for name, (option, one) in asked.items()
    }
    letters = _PLAN if any(kind.plan for kind in kinds) else {}
    hints |= {letter: (option, "") for letter, option in letters.items()}
    hints["as_json"] = (Annotated[bool, Json], False)

    def decide(ctx: typer.Context, by: str, reason: str, as_json: bool, **typed: Any) -> None:
        plan = plan_of(**{letter: typed[letter] for letter in letters}) if letters else None
        given = {option.name: typed[name] for name, (option, _) in asked.items()}
        with sentences(as_json=as_json):
            decisions = _decisions(kinds, given)
            receipts = _recorded(ctx.obj, decisions, by=by, reason=reason, plan=plan)
        _show(receipts, decisions, as_json=as_json)

    decide.__doc__ = _words_of(kinds)
    decide.__signature__ = _signature(hints)  # type: ignore[attr-defined]  # Typer reads it
    decide.__annotations__ = {"ctx": typer.Context} | {n: hint for n, (hint, _) in hints.items()}
    app.command(command)(decide)


def _signature(hints: Mapping[str, tuple[Any, Any]]) -> inspect.Signature:
    """Return the signature from which Typer makes the options of a command."""
    of = inspect.Parameter
    context = of("ctx", of.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    options = (
        of(name, of.KEYWORD_ONLY, annotation=hint, default=default)
        for name, (hint, default) in hints.items()
    )
    return inspect.Signature([context, *options])


def _typed(option: Option, one: Particular | None, *, alone: bool) -> tuple[Any, Any]:
    """Return how an option is typed, and what it is where it is left out."""
    words = option.help or (one.asked.help if one else "")
    if one is not None and one.asked.example:
        words = f"{words.removesuffix('.')}, such as {one.asked.example}."
    if one is not None and one.repeat:
        words = f"{words.removesuffix('.')}; repeat."
    choices = list(one.choices) if one else []
    said = typer.Option(
        option.name, metavar=_metavar(option, one), help=words, autocompletion=lambda: choices
    )
    if one is None or (not one.repeat and option.value is not TYPED):
        return Annotated[bool, said], False
    if one.hint is bool:
        return Annotated[bool | None, said], None
    if one.repeat:
        return Annotated[list[str] | None, said], None
    if alone and one.required and len(one.options) == 1:
        return Annotated[str, said], _MUST
    return Annotated[str | None, said], _default(one) if alone else None


def _default(one: Particular) -> str | None:
    """Return what stands where nothing is typed, as it would be typed, if that is worth showing."""
    if one.required or one.default is None:
        return None
    if one.asked.unit == "pounds":
        return f"{Decimal(one.default) / 100}"
    return next((word for word, value in one.choices.items() if value == one.default), None)


def _metavar(option: Option, one: Particular | None) -> str | None:
    if one is None or one.hint is bool:
        return None
    if one.choices:
        return f"<{'|'.join(one.choices)}>"
    if option.entry or one.asked.entry:
        return option.entry or one.asked.entry
    return "POUNDS" if one.asked.unit == "pounds" else _METAVARS.get(one.hint)


def _name(option: Option) -> str:
    """Return the name of an option as a parameter."""
    name = option.name.removeprefix("--").partition("/")[0].replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def _decisions(
    kinds: Sequence[type[BaseDecision]], given: Mapping[str, Any]
) -> tuple[BaseDecision, ...]:
    try:
        return decisions_typed(kinds, given)
    except UnreadableError as error:
        words, example = str(error), error.example
        if example not in words:
            words += f" Write the entry as {example}."
        raise typer.BadParameter(words, param_hint=f"'{error.option}'") from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _recorded(
    reference: str, decisions: Sequence[BaseDecision], *, by: str, reason: str, plan: Plan | None
) -> list[Receipt]:
    """Record decisions on a case in one transaction."""
    now = clock.now()
    with writing() as conn:
        return [
            record_decision(
                conn, reference=reference, decision=one, by=by, reason=reason, plan=plan, now=now
            )
            for one in decisions
        ]


def _show(receipts: Sequence[Receipt], decisions: Sequence[BaseDecision], *, as_json: bool) -> None:
    """Say what became of decisions; of several, what the last one came to."""
    last, several = receipts[-1], decisions[0].several
    if as_json:
        print_json(receipts if several else last)
    elif several:
        say(f"Recorded. {last.notice}")
    else:
        say(_words(last, at_step=decisions[0].step is not None))
        if last.notice:
            say(last.notice)


def _words(receipt: Receipt, *, at_step: bool) -> str:
    """Return what became of a decision; one that belongs to no step says nothing of any."""
    if receipt.case_status not in {CaseStatus.OPEN, CaseStatus.PAID}:
        ended = receipt.case_status.replace("_", " ")
        return f"Recorded. Case {receipt.reference} has ended: {ended}."
    if not at_step:
        return f"Recorded on {receipt.reference}."
    if receipt.step_status == "waiting":
        return f"Recorded. {receipt.step} of {receipt.reference} waits for: {receipt.waiting_for}."
    if receipt.step_status == "ready":
        return f"Recorded. Handrail now does its part of {receipt.step} on {receipt.reference}."
    return f"Recorded. {receipt.step} of {receipt.reference} is done; the next steps open."


def _words_of(kinds: Sequence[type[BaseDecision]]) -> str:
    """Return the help of a command: of several kinds, which they are, then each in its words."""
    words = [inspect.cleandoc(kind.__doc__ or "") for kind in kinds]
    step = kinds[0].step
    if len(kinds) == 1 or step is None:
        return words[0]
    *names, last = (kind.kind.replace("-", " ") for kind in kinds)
    return "\n\n".join((f"{PATHWAY[step].title}: {', '.join(names)} or {last}.", *words))


_COMMANDS: Final = dict.fromkeys(kind.command for kind in KINDS.values() if kind.command)
for _command in _COMMANDS:
    _add(_command, tuple(kind for kind in KINDS.values() if kind.command == _command))
