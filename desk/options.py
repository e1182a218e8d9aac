"""Options that several commands share: dates, money, words, the decider and the PLAN rationale."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from rules.decisions import Plan
from rules.typed import read_day, read_percent

T = TypeVar("T")


def typed(read: Callable[[str], T]) -> Callable[[Any], T]:
    """Return what reads an option's text; what it cannot read is a usage error.

    Args:
        read: Raises ``ValueError`` with a sentence for what it cannot read.
    """

    def parse(text: Any) -> T:
        try:
            return read(text) if isinstance(text, str) else text
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    return parse


parse_day = typed(read_day)


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


def PERCENT(words: str) -> Any:  # noqa: N802 - reads as the kind of option it makes
    """Return an option that takes an exact percentage.

    Args:
        words: What it is.
    """
    return typer.Option(parser=typed(read_percent), metavar="PERCENT", help=words)


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
