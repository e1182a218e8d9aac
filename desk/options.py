"""Options that several commands share: dates, money, words, the decider and the PLAN rationale."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from rules.decisions import Plan
from rules.money import parse_pounds


def parse_day(text: str | date) -> date:
    """Return a date typed as ISO or dd/mm/yyyy.

    Args:
        text: What was typed.

    Raises:
        typer.BadParameter: It is no date.
    """
    if isinstance(text, date):
        return text
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is no date; write 2026-04-30 or 30/04/2026.") from error


def parse_money(text: str | int) -> int:
    """Return pence from pounds as typed.

    Args:
        text: Such as ``£1,234.50``.

    Raises:
        typer.BadParameter: It is no sum of money.
    """
    if isinstance(text, int):
        return text
    try:
        return parse_pounds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def DAY(words: str, *names: str) -> Any:  # noqa: N802 - reads as the kind of option it makes
    """Return an option that takes a date.

    Args:
        words: What the date is.
        names: The option's name, where it is not the parameter's.
    """
    return typer.Option(*names, parser=parse_day, metavar="DATE", help=words)


def MONEY(words: str) -> Any:  # noqa: N802 - reads as the kind of option it makes
    """Return an option that takes pounds as text, checked where they are used.

    Args:
        words: What the money is.
    """
    return typer.Option(metavar="POUNDS", help=words)


def by_line(entries: list[str], parse: Callable[[str], Any], *, what: str) -> dict[int, Any]:
    """Return ``LINE=VALUE`` options as a mapping from line number.

    Args:
        entries: Such as ``["1=12.5", "2=3"]``.
        parse: What reads the value.
        what: What the value is, for the message.

    Raises:
        typer.BadParameter: An entry is not ``LINE=VALUE``, or a line is given twice.
    """
    found: dict[int, Any] = {}
    for entry in entries:
        line, separator, value = entry.partition("=")
        if not separator or not line.strip().isdecimal():
            raise typer.BadParameter(f"“{entry}” is not LINE={what}, such as 1={what.lower()}.")
        if int(line) in found:
            raise typer.BadParameter(f"Line {line} is given twice.")
        found[int(line)] = parse(value.strip())
    return found


def parse_quantity(text: str) -> Decimal:
    """Return an exact quantity.

    Args:
        text: Such as ``12.5``.

    Raises:
        typer.BadParameter: It is no number.
    """
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise typer.BadParameter(f"“{text}” is no quantity; write it as 12.5.") from error


By = Annotated[
    str, typer.Option(help="Who decides: an officer's e-mail address or a contractor's code.")
]
Reason = Annotated[str, typer.Option(help="Why, in a sentence.")]
Proportionate = Annotated[str, typer.Option(help="PLAN: why this is proportionate.")]
Legal = Annotated[str, typer.Option(help="PLAN: why this is legal.")]
Auditable = Annotated[str, typer.Option(help="PLAN: what can be audited.")]
Necessary = Annotated[str, typer.Option(help="PLAN: why this is necessary.")]


def plan_of(*, proportionate: str, legal: str, auditable: str, necessary: str) -> Plan | None:
    """Return the PLAN rationale, or None where no letter was given.

    Args:
        proportionate: Its sentence, or an empty string.
        legal: Its sentence, or an empty string.
        auditable: Its sentence, or an empty string.
        necessary: Its sentence, or an empty string.
    """
    if not any((proportionate, legal, auditable, necessary)):
        return None
    return Plan(proportionate, legal, auditable, necessary)
