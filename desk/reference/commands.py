"""The page of the command line, read off the commands as they are declared."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, DefaultPlaceholder, ParameterInfo

from desk.cli import HELP, whole
from desk.reference.markdown import code, one_of, page, table

_KINDS: Final = {str: "TEXT", int: "NUMBER", float: "NUMBER", bool: ""}
_PLACEHOLDER: Final = "VALUE"


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One argument or option of a command, as declared."""

    name: str
    kind: Any
    info: ParameterInfo
    default: Any

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is inspect.Parameter.empty


def commands_page() -> str:
    """Return ``cli.md``."""
    return page(
        "Commands",
        HELP,
        "Every command takes `--help`. Exit status: 0 when it is done, 1 when `verify` finds "
        "something broken, 2 when what was asked for cannot be done. A refusal says what is so, "
        "why, and what to do next, and nothing was changed.",
        *_commands(whole(), ("handrail",)),
    )


def _commands(group: typer.Typer, path: tuple[str, ...]) -> Iterator[str]:
    for command in group.registered_commands:
        if command.callback is not None and not command.hidden:
            name = command.name or command.callback.__name__.replace("_", "-")
            yield from _command((*path, name), command.callback)
    for inner in group.registered_groups:
        below = inner.typer_instance
        if below is None or inner.hidden:
            continue
        callback = below.registered_callback
        shared = _parameters(callback.callback) if callback and callback.callback else []
        # One without a name adds its commands to the group that it is in.
        own = () if isinstance(inner.name, DefaultPlaceholder) else (str(inner.name),)
        named = (*own, *(_metavar(one) for one in shared if _is_argument(one)))
        if callback and callback.callback and below.info.invoke_without_command is True:
            yield from _command((*path, *named), callback.callback)
        yield from _commands(below, (*path, *named))


def _command(path: tuple[str, ...], callback: Callable[..., Any]) -> Iterator[str]:
    parameters = _parameters(callback)
    arguments = [one for one in parameters if _is_argument(one)]
    options = [one for one in parameters if not _is_argument(one)]
    words = [*path, *(_metavar(one) for one in arguments)]
    words += [_flag(one) for one in options if one.required]
    yield f"## {code(' '.join(path))}"
    yield inspect.cleandoc(callback.__doc__ or "")
    yield f"```\n{' '.join(words)}{' [OPTIONS]' if options else ''}\n```"
    if arguments:
        yield table(
            ("Argument", "What it is"), ((code(_metavar(one)), _help(one)) for one in arguments)
        )
    if options:
        yield table(
            ("Option", "When left out", "What it is"),
            ((code(_flag(one)), _left_out(one), _help(one)) for one in options),
        )


def _parameters(callback: Callable[..., Any]) -> list[_Parameter]:
    hints = get_type_hints(callback, include_extras=True)
    found = []
    for name, parameter in inspect.signature(callback).parameters.items():
        hint = hints[name]
        if get_origin(hint) is not Annotated:
            continue  # Typer's own context
        kind, *extras = get_args(hint)
        info = next(extra for extra in extras if isinstance(extra, ParameterInfo))
        found.append(_Parameter(name, _bare(kind), info, parameter.default))
    return found


def _bare(kind: Any) -> Any:
    """Return a type without its ``| None``."""
    if get_origin(kind) in {Union, UnionType}:
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def _is_argument(one: _Parameter) -> bool:
    return isinstance(one.info, ArgumentInfo)


def _metavar(one: _Parameter) -> str:
    return str(one.info.metavar or one.name.upper())


def _flag(one: _Parameter) -> str:
    """Return an option as it is typed, with a word for its value."""
    # In an annotation Typer takes the first name for the default and sorts it out later.
    declared = [one.info.default, *(one.info.param_decls or ())]
    names = [name for name in declared if isinstance(name, str) and name.startswith("-")]
    name = " ".join(names) or f"--{one.name.replace('_', '-')}"
    value = one.info.metavar or _value(one.kind)
    return f"{name} {value}".strip()


def _value(kind: Any) -> str:
    if get_origin(kind) is list:
        return _value(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _PLACEHOLDER
    return _KINDS.get(kind, _PLACEHOLDER)


def _help(one: _Parameter) -> str:
    words = str(one.info.help or "")
    if isinstance(one.kind, type) and issubclass(one.kind, Enum):
        words += f" One of {one_of(member.value for member in one.kind)}."
    return words.strip()


def _left_out(one: _Parameter) -> str:
    if one.required:
        return "required"
    if one.default in (None, "", False):
        return ""
    return code(one.default.value if isinstance(one.default, Enum) else one.default)
