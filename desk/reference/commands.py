"""The page of the command line, read off the commands as Typer has built them."""

import inspect
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from desk.cli import HELP, whole
from desk.reference.markdown import code, page, table


def commands_page() -> str:
    """Return ``cli.md``."""
    app = get_command(whole())
    return page(
        "Commands",
        HELP,
        "Every command takes `--help`. Exit status: 0 when it is done, 1 when `verify` finds "
        "something broken, 2 when what was asked for cannot be done. A refusal says what is so, "
        "why, and what to do next, and nothing was changed.",
        *_commands(app, ("handrail",)),
    )


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the parts of a command, or of every command of a group, each under how it is called."""
    context = command.make_context(path[-1], [], resilient_parsing=True)
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    named = (*path, *(str(one.metavar) for one in arguments))
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from _commands(inner, (*named, name))
    if hasattr(command, "commands") and not command.invoke_without_command:
        return
    options = [one for one in command.params if one not in arguments and not one.hidden]
    asked = [one for one in options if one.required]
    words = [*named, *(str(one.get_help_record(context)[0]) for one in asked)]
    yield f"## {code(' '.join(path))}"
    yield inspect.cleandoc(str(command.help or ""))
    yield f"```\n{' '.join(words)}{' [OPTIONS]' if len(options) > len(asked) else ''}\n```"
    for heading, held in (("Argument", arguments), ("Option", options)):
        rows = [record for one in held if (record := one.get_help_record(context)) is not None]
        if rows:
            yield table((heading, "What it is"), ((code(name), said) for name, said in rows))
