"""The pages of settings, import files and decisions, each read off the table it is about."""

import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from adapters.settings import Settings
from desk.reference.markdown import code, one_of, page, table
from rules.cases import PURPOSES, SURVEY_HIGHEST, SURVEY_LOWEST, SURVEY_QUESTIONS
from rules.decisions import BaseDecision
from rules.decisions.particulars import Particular, particulars
from rules.imports import KINDS, Column, spec
from rules.imports.choices import ACCEPTS
from rules.imports.usual import NOTHING, USUAL
from rules.people import Role
from services.decisions.kinds import KINDS as DECISIONS

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
        "unknown columns are reported and ignored, but one that looks like a known column, such as "
        "`New price`, is refused until it is said to be left aside. An import is all or nothing, "
        "and importing the same file again changes nothing.",
        "What a sheet shows is what is read: 42 shown as 000042 is the code 000042, and a number "
        "that shows otherwise than it is held is refused with both. Words for nothing "
        f"({', '.join(sorted(NOTHING))}) are understood where a cell may be empty and emptiness "
        "does not mean all.",
        "These words are understood for ours, where a column has them: "
        + "; ".join(f"{', '.join(others)} = {code(word)}" for word, others in _usual().items())
        + ".",
        "What looks like a slip is refused until it is said to be meant, by `--accept WORD` or on "
        "the page that shows what a file would change:",
        table(("Word", "What it says"), ((code(w), f"{said}.") for w, said in ACCEPTS.items())),
        "Import the kinds in this order: each refers to those above it.",
        *(part for kind in KINDS for part in _kind(kind)),
    )


def _usual() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for other, word in USUAL.items():
        found.setdefault(word, []).append(other.replace("_", " "))
    return found


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
    return page(
        "Decisions",
        "What people decide, at which step, and who may record it. Every decision says why. A "
        "discretionary one also says that it is proportionate, legal, auditable and necessary "
        "(PLAN). An officer records decisions on cases of the authorities they serve; a contractor "
        "answers its own offers only. Who priced a case does not approve its grant; who certified "
        "the works or recorded the invoice does not release the payment. At the desk each is a "
        "form, at `/cases/REF/decide/` and its name.",
        table(
            ("Decision", "Step", "Who may record it", "What it is"),
            (
                (
                    f"[{code(name)}](#{name})",
                    code(kind.step) if kind.step else "any",
                    ", ".join(role.replace("_", " ") for role in Role if role in kind.roles),
                    (kind.__doc__ or "").partition("\n")[0],
                )
                for name, kind in DECISIONS.items()
            ),
        ),
        "## Particulars",
        *(part for kind in DECISIONS.values() for part in _particulars(kind)),
        "## Purposes of s.23(1)",
        table(("Letter", "Purpose"), ((code(key), words) for key, words in PURPOSES.items())),
        "## Questions of the survey",
        f"Each is answered from {SURVEY_LOWEST} (poor) to {SURVEY_HIGHEST} (excellent), or left "
        f"out: {one_of(SURVEY_QUESTIONS)}.",
    )


def _particulars(kind: type[BaseDecision]) -> Iterator[str]:
    yield f"### {kind.kind}"
    if kind.plan:
        yield f"PLAN: {kind.plan[0].lower()}{kind.plan[1:]}"
    if not particulars(kind):
        yield "No particulars."
        return
    yield table(
        ("Particular", "What it is", "Type", "When left out"),
        (
            (code(one.name), one.asked.help, _kind_of(one), _left_out(one))
            for one in particulars(kind)
        ),
    )


def _kind_of(one: Particular) -> str:
    if one.choices:
        return f"one of {one_of(one.choices)}"
    words = "pounds" if one.asked.unit == "pounds" and one.key is None else _type(one.hint)
    return f"{words}, typed {code(one.asked.entry)}" if one.asked.entry else words


def _left_out(one: Particular) -> str:
    if one.required:
        return "required"
    if isinstance(one.default, bool):
        return "yes" if one.default else "no"
    return "nothing" if one.default in ((), {}, "", None) else code(one.default)
