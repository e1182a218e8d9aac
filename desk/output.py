"""How the CLI speaks: tables for people, JSON for machines, and errors as sentences."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from textwrap import wrap
from typing import Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.wording import printable
from desk.columns import widths
from rules.errors import HandrailError, ImportProblemsError
from rules.sentences import several

REFUSED: Final = 2
"""Exit status when what was asked for cannot be done; nothing was changed."""

NEVER_WRAPPED: Final = frozenset(
    {"Case", "Step", "Status", "Opened", "Due", "Closed", "Line", "Code", "When (UTC)", "Key"}
)
"""Columns that are useless in pieces; the words beside them give way."""

SHOWN_AT_MOST: Final = 100
"""Problems of an import file that are printed; a file takes all of them."""

NARROW: Final = 14  # characters: a date, or a few words under it

out = Console()
err = Console(stderr=True)

Json = typer.Option("--json", help="Print JSON for machines instead of a table.")


def print_json(value: object) -> None:
    """Print a value as JSON: dates ISO, instants UTC with Z.

    Args:
        value: Plain values, or frozen values of ours.
    """
    sys.stdout.write(as_json(value) + "\n")


def as_json(value: object) -> str:
    """Return a value as the JSON that is printed."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def table(
    *,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    ruled: bool = False,
    spare: Sequence[str] = (),
) -> None:
    """Print a table; every cell is text, whatever it holds.

    Args:
        title: What it shows.
        columns: The headings.
        rows: The cells.
        ruled: Whether to draw a line between rows, where cells have several lines.
        spare: Columns left out where the screen is too narrow for all, the first of them first.
    """
    _draw(out, title=title, columns=columns, rows=rows, ruled=ruled, spare=spare)


def _draw(
    screen: Console,
    *,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    ruled: bool = False,
    spare: Sequence[str] = (),
) -> None:
    """Draw a table whose words all fit, or, where they do not, its rows one below the other."""
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    whole = [column in NEVER_WRAPPED for column in columns]
    wide = widths(columns, cells, whole=whole, room=screen.width)
    if wide is None and spare:
        gone = columns.index(spare[0])
        fewer = [(*row[:gone], *row[gone + 1 :]) for row in cells]
        left = (*columns[:gone], *columns[gone + 1 :])
        _draw(screen, title=title, columns=left, rows=fewer, ruled=ruled, spare=spare[1:])
        return
    if wide is None:
        _draw_below(screen, title=title, columns=columns, rows=cells)
        return
    drawn = Table(
        title=_text(title) if title else None,
        title_justify="left",
        header_style="bold",
        show_lines=ruled,
    )
    for column, width in zip(columns, wide, strict=True):
        drawn.add_column(column, width=width, justify="right" if "£" in column else "left")
    for row in cells:
        drawn.add_row(*(escape(cell) for cell in row))
    screen.print(drawn)


def _draw_below(
    screen: Console, *, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Print each row as lines of its own, what is empty left out, for a screen too narrow."""
    if title:
        screen.print(f"[bold]{_text(title)}[/]", soft_wrap=True, highlight=False)
    for row in rows:
        first, *others = (
            f"{' '.join(column.split())}: {'; '.join(cell.splitlines())}"
            for column, cell in zip(columns, row, strict=True)
            if cell
        )
        screen.print(f"[bold]{escape(first)}[/]", soft_wrap=True, highlight=False)
        for words in others:
            lines = wrap(
                words,
                width=screen.width - 2,
                break_long_words=False,
                break_on_hyphens=False,
                subsequent_indent="  ",
            )
            for line in lines:
                screen.print(f"  {escape(line)}", soft_wrap=True, highlight=False)


def _text(value: object) -> str:
    """Return a value as text that is no markup and moves nothing about on a screen."""
    return escape(printable(str(value)))


def say(text: str) -> None:
    """Print a sentence.

    Args:
        text: The sentence; nothing in it is taken for markup.
    """
    out.print(_text(text), soft_wrap=True, highlight=False)


def answer(plain: object, words: str, *, as_json: bool) -> None:
    """Print what a command has done: as JSON for machines, or in a sentence for people.

    Args:
        plain: What is printed as JSON.
    """
    if as_json:
        print_json(plain)
    else:
        say(words)


@contextmanager
def sentences(*, as_json: bool = False, all_of_them: str = "") -> Iterator[None]:
    """Turn our errors into sentences on stderr and exit status 2.

    Args:
        as_json: Print the error as JSON instead.
        all_of_them: How this command gives all the problems of a file that are too many to show.
    """
    try:
        yield
    except HandrailError as error:
        if as_json:
            sys.stderr.write(json.dumps(_error(error), ensure_ascii=False, default=_plain) + "\n")
        else:
            _explain(error, all_of_them)
        raise typer.Exit(REFUSED) from error


def _error(error: HandrailError) -> dict[str, Any]:
    told: dict[str, Any] = {
        "error": type(error).__name__.removesuffix("Error"),
        "what": error.what,
        "why": error.why,
        "section": error.section,
        "next_step": error.next_step,
    }
    if isinstance(error, ImportProblemsError):
        told["count"] = len(error.problems)
        told["problems"] = [asdict(problem) for problem in error.problems[:SHOWN_AT_MOST]]
    return told


def _explain(error: HandrailError, all_of_them: str) -> None:
    if isinstance(error, ImportProblemsError):
        _list_problems(error, all_of_them)
    err.print(f"[bold red]{_text(error.what)}[/]", soft_wrap=True, highlight=False)
    for part in (error.why, f"[{error.section}]" if error.section else "", error.next_step):
        if part:
            err.print(_text(part), soft_wrap=True, highlight=False)


def _list_problems(error: ImportProblemsError, all_of_them: str) -> None:
    if error.typed:
        _list_typed(error)
        return
    rows = []
    for problem in error.problems[:SHOWN_AT_MOST]:
        sheet = f" [{problem.sheet}]" if problem.sheet else ""
        row = f" row {problem.row}" if problem.row is not None else ""
        place = f"{problem.file}{sheet}{row}"
        rows.append((place, problem.column or "", problem.value, problem.wrong, problem.right))
    columns = ("Where", "Column", "Value", "What is wrong", "What would be right")
    _draw(err, title="", columns=columns, rows=rows)
    meant = [f"--accept {word}" for word in sorted({one.accept for one in error.problems} - {""})]
    aside = {one.value: None for one in error.problems if one.ignore}
    meant += [f'--ignore-columns "{heading}"' for heading in aside]
    if meant:
        err.print(_text(f"What is meant so, say: {' '.join(meant)}"), soft_wrap=True)
    if len(error.problems) > SHOWN_AT_MOST:
        count = several(len(error.problems), "problem")
        first = f"These are the first {SHOWN_AT_MOST} of {count}"
        err.print(
            f"{first}; {all_of_them}." if all_of_them else f"{first}.",
            soft_wrap=True,
            highlight=False,
        )


def _list_typed(error: ImportProblemsError) -> None:
    """Say what is wrong with what was typed by the options it was typed for; it has no rows."""
    for problem in error.problems[:SHOWN_AT_MOST]:
        option = f"--{problem.column.replace('_', '-')}" if problem.column else ""
        value = f"“{problem.value}”" if problem.value else ""
        place = " ".join(filter(None, (option, value)))
        wrong = ": ".join(filter(None, (place, problem.wrong)))
        err.print(_text(f"{wrong}. {problem.right}"), soft_wrap=True, highlight=False)


def due_cell(due_on: date | str | None, timing: str) -> str:
    """Return a due date with how late it is under it, no wider than the date needs.

    Args:
        due_on: The date, or None where there is none.
        timing: How it stands, such as ``7 working days late``.
    """
    return "\n".join((*((str(due_on),) if due_on else ()), *wrap(timing, width=NARROW)))
