"""The pages of settings, import files and decisions, each read off the table it is about."""

import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from adapters.settings import Settings
from desk.reference.markdown import code, one_of, page, table
from rules.cases import PURPOSES
from rules.decisions import SURVEY_QUESTIONS, AnyDecision
from rules.imports import KINDS, Column, spec
from rules.pathway import EXITS, CaseStatus
from rules.people import MAY_DECIDE, Role

_PLAIN: Final = {
    "bool": "yes or no",
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "date": "a date",
    "Path": "a path",
    "SecretStr": "text, never shown",
    "Decimal": "an exact number",
    "None": "nothing",
}


def settings_page() -> str:
    """Return ``settings.md``."""
    prefix = Settings.model_config.get("env_prefix", "")
    return page(
        "Settings",
        "Environment variables. Everything has a default that works; a value that cannot be used "
        "is refused at the start.",
        table(
            ("Variable", "Type", "Default", "What it is"),
            (
                (
                    code(f"{prefix}{name.upper()}"),
                    _type(field.annotation),
                    _default(field),
                    field.description or "",
                )
                for name, field in Settings.model_fields.items()
            ),
        ),
    )


def _type(kind: Any) -> str:
    """Return a type as an operator would say it."""
    if get_origin(kind) is Literal:
        return f"one of {one_of(get_args(kind))}"
    if get_origin(kind) in {Union, types.UnionType}:
        return " or ".join(_type(part) for part in get_args(kind))
    if get_origin(kind) is tuple:
        return "a list"
    if kind is CaseStatus:
        return f"one of {one_of(EXITS)}"  # the only ones that anybody decides
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"one of {one_of(member.value for member in kind)}"
    arguments = get_args(kind)
    if arguments:
        return f"pairs of {_type(arguments[0])} and {_type(arguments[-1])}"
    name = getattr(kind, "__name__", str(kind)).removesuffix("Type")
    return _PLAIN.get(name, name)


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return code(str(value).lower())
    return code(value) if value not in ("", None) else "empty"


def imports_page() -> str:
    """Return ``imports.md``."""
    return page(
        "Import files",
        "CSV (UTF-8, or Windows-1252) or XLSX (the first sheet, or the sheet of that name). "
        "Header names ignore case, spaces, hyphens and underscores; columns may be in any order; "
        "unknown columns are reported and ignored. An import is all or nothing, and importing the "
        "same file again changes nothing.",
        "Import the kinds in this order: each refers to those above it.",
        *(part for kind in KINDS for part in _kind(kind)),
    )


def _kind(kind: str) -> Iterator[str]:
    columns = spec(kind)
    yield f"## {code(kind)}"
    key = one_of(columns.key)
    one_row = f"A row is named by {key}; no two rows may have the same."
    if columns.agreeing:
        one_row += (
            f" {one_of(columns.agreeing)} must agree on every row of the same "
            f"{code(columns.key[0])}."
        )
    yield one_row
    yield table(
        ("Column", "Required", "What is right", "When empty"),
        (_column(column) for column in columns.columns),
    )


def _column(column: Column) -> tuple[str, ...]:
    if column.required:
        return code(column.name), "yes", column.right, ""
    empty = column.default
    if empty in ((), "", None):
        words = "nothing"
    elif isinstance(empty, bool):
        words = code("yes" if empty else "no")
    else:
        words = code(empty)
    return code(column.name), "", column.right, words


def decisions_page() -> str:
    """Return ``decisions.md``."""
    kinds = get_args(AnyDecision)
    return page(
        "Decisions",
        "What people decide, at which step, and who may record it. Every decision says why. A "
        "discretionary one also says that it is proportionate, legal, auditable and necessary "
        "(PLAN). An officer records decisions on cases of the authorities they serve; a contractor "
        "answers its own offers only. Who priced a case does not approve its grant; who certified "
        "the works or recorded the invoice does not release the payment.",
        table(
            ("Decision", "Step", "Who may record it", "What it is"),
            (
                (
                    f"[{code(kind.kind)}](#{kind.kind})",
                    code(kind.step) if kind.step else "any",
                    ", ".join(_role(role) for role in Role if role in MAY_DECIDE[kind.kind]),
                    _summary(kind),
                )
                for kind in kinds
            ),
        ),
        "## Particulars",
        *(part for kind in kinds for part in _particulars(kind)),
        "## Purposes of s.23(1)",
        table(("Letter", "Purpose"), ((code(key), words) for key, words in PURPOSES.items())),
        "## Questions of the survey",
        f"Each is answered in per cent, 0 to 100, or left out: {one_of(SURVEY_QUESTIONS)}.",
    )


def _role(role: Role) -> str:
    return role.replace("_", " ")


def _summary(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0]


def _particulars(kind: Any) -> Iterator[str]:
    yield f"### {kind.kind}"
    rule = kind.needs_plan.fget.__doc__
    if kind.needs_plan.fget is not _base(kind).needs_plan.fget:
        yield f"PLAN: {rule[0].lower()}{rule[1:]}"
    hints = get_type_hints(kind)
    given = fields(kind)
    if not given:
        yield "No particulars."
        return
    yield table(
        ("Particular", "Type", "When left out"),
        ((code(item.name), _type(hints[item.name]), _left_out(item)) for item in given),
    )


def _base(kind: Any) -> Any:
    """Return the class that every kind of decision is made from."""
    return kind.__mro__[-2]


def _left_out(item: Field[Any]) -> str:
    if item.default is MISSING and item.default_factory is MISSING:
        return "required"
    value = item.default if item.default is not MISSING else ()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return code(value) if value not in ((), "", None) else "nothing"
