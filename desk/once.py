"""What every command sees to before it does anything: one answer an option, and who records."""

from collections.abc import Mapping, Sequence
from typing import Any

from typer.core import TyperCommand

from adapters.os_user import os_user
from adapters.settings import settings
from desk.output import sentences
from rules.people import check_seat
from rules.typed import given_twice


class Once(TyperCommand):
    """A command whose options are each given once, unless they are declared to be repeated.

    Of several, Typer would take the last and say nothing.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of the command line.

        Raises:
            UsageError: An option that takes one answer is given two.
        """
        if not ctx.resilient_parsing:
            self._check(ctx, _every_answer(self.make_parser(ctx), args))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command, unless it would record in the name of somebody else."""
        by = ctx.params.get("by")
        if isinstance(by, str):
            with sentences(as_json=bool(ctx.params.get("as_json"))):
                user = os_user()
                check_seat(user=user, people=settings().officers_of(user), by=by)
        return super().invoke(ctx)

    def _check(self, ctx: Any, answers: Mapping[str, Any]) -> None:
        options: Sequence[Any] = [one for one in self.params if one.param_type_name == "option"]
        for one in options:
            typed = answers.get(one.name, [])
            said = set(typed) if one.is_flag else typed
            if len(said) > 1 and not one.multiple:
                name = "/".join((one.opts[0], *one.secondary_opts[:1]))
                ctx.fail(f"{given_twice(name, typed)} Give one.")


def _every_answer(parser: Any, args: Sequence[str]) -> Mapping[str, Any]:
    """Return everything typed for each option, where the parser would keep the last of it."""
    for option in (*parser._long_opt.values(), *parser._short_opt.values()):
        option.action = {"store": "append", "store_const": "append_const"}.get(
            option.action, option.action
        )
    typed: Mapping[str, Any] = parser.parse_args(args=list(args))[0]
    return typed
