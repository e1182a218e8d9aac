"""One answer to an option that takes one: of two, none is passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from desk.cli import whole


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command with the words that call it."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
    for name, one in (inner or {}).items():
        yield from commands(one, (*path, name))


COMMANDS = dict(commands(get_command(whole())))


def refusal(command: Any, *words: str) -> str:
    """Return what is said of the words after a command, or an empty string."""
    try:
        command.make_context("c", list(words))
    except typer.TyperException as error:
        return error.format_message()
    return ""


@pytest.mark.parametrize("called", COMMANDS)
def test_an_option_given_twice_is_refused_unless_it_is_to_be_repeated(called: str) -> None:
    command = COMMANDS[called]
    for option in command.params:
        if option.param_type_name != "option":
            continue
        name = option.opts[0]
        if option.is_flag:
            words = (name, *option.secondary_opts[:1])
            said = f"{' and '.join(words)} contradict each other. Give one."
            refused = bool(option.secondary_opts)
        else:
            words = (name, "tenant", name, "landlord")
            said = f"{name} is given more than once: “tenant” and “landlord”. Give one."
            refused = not option.multiple
        assert (refusal(command, *words) == said) is refused, name


def test_the_same_flag_twice_says_nothing_new() -> None:
    command = COMMANDS["case open"]
    assert "contradict" not in refusal(command, "--urgent", "--urgent")
    assert "--urgent and --no-urgent contradict" in refusal(command, "--urgent", "--no-urgent")


def test_the_commands_are_those_people_type() -> None:
    assert {"decide certificates", "decide assign", "alerts snooze", "case open"} <= set(COMMANDS)


def test_the_help_of_a_decision_speaks_the_unit_that_is_typed() -> None:
    for called, command in COMMANDS.items():
        if called.startswith("decide "):
            words = [command.help, *(option.help for option in command.params)]
            assert "pence" not in " ".join(str(one) for one in words), called


@pytest.mark.parametrize(
    ("called", "option", "default"), [("pause", "owner", "client"), ("approve", "fees", "0")]
)
def test_the_help_of_a_decision_shows_what_stands_where_nothing_is_typed(
    called: str, option: str, default: str
) -> None:
    (found,) = (one for one in COMMANDS[f"decide {called}"].params if one.name == option)
    assert found.default == default
