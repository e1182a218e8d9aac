"""The command line imports what a command needs, and knows the others by name and help."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
import typer

from desk.cli import LATER, whole
from desk.output import sentences
from rules.errors import ImportProblemsError, Problem
from tests.factories import case_at

HEAVY = {
    *("alembic", "calamine", "fastapi", "highspy", "holidays", "jinja2", "mako", "prefect"),
    *("pydantic_settings", "python_calamine", "structlog", "weasyprint", "yaml"),
}
"""Libraries that a list of what is in the database has no use for."""

ROOMS_OF_OTHERS = {"desk.imports", "desk.reports", "desk.service", "services.decisions"}

RUN = """
import sys
from desk.cli import app
try:
    app(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
print("imported", *sys.modules)
"""


def printed_by(*words: str, **environment: str) -> str:
    """Return what a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def imported_by(*words: str) -> set[str]:
    """Return the modules that are imported when a command is over."""
    return set(printed_by(*words).rpartition("imported ")[2].split())


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("show", "DFG-1", "--json")])
def test_showing_cases_imports_only_what_shows_them(
    sqlite_service: str, words: tuple[str, ...]
) -> None:
    case_at(sqlite_service, "price")
    found = imported_by("case", *words)
    assert ("desk.cases.commands" in found) is (words[0] == "show")
    assert found & (HEAVY | ROOMS_OF_OTHERS) == set()
    assert "desk.cases.enter" not in found


def test_the_help_of_all_commands_imports_none_of_them() -> None:
    said = printed_by("--help")
    for one in LATER:
        assert f"{one.name} " in said
        assert str(one.help)[:60] in said
    found = imported_by("--help")
    assert {name for name in found if name.startswith(("desk.", "services."))} == {
        *("desk.cli", "services.signed_in")
    }
    assert "sqlalchemy" not in found


def test_every_command_is_known_by_the_help_that_it_has() -> None:
    tree: Any = typer.main.get_command(whole())
    assert list(tree.commands) == [one.name for one in LATER]
    known = {str(one.name): one.help for one in LATER}
    assert {name: command.help for name, command in tree.commands.items()} == known


@pytest.mark.parametrize("entry", LATER, ids=lambda entry: str(entry.name))
def test_every_command_asked_for_is_the_whole_one(entry: Any) -> None:
    alone: Any = entry.imported()
    there: Any = typer.main.get_command(whole()).commands[entry.name]  # type: ignore[attr-defined]  # a group
    context = typer.Context(alone)
    names = alone.list_commands(context) if hasattr(alone, "commands") else []
    assert names == list(getattr(there, "commands", ()))
    assert [one.name for one in alone.params] == [one.name for one in there.params]
    assert alone.help == there.help


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("handrail re", {"report", "reprice", "restore", "retention"}),
        ("handrail case p", {"package", "price"}),
        ("handrail case list --st", {"--status", "--step"}),
        ("handrail case list --step pr", {"price"}),
    ],
)
def test_the_shell_is_offered_commands_and_options(typed: str, offered: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from desk.cli import app; app(prog_name='handrail')"],
        env={
            **os.environ,
            "_HANDRAIL_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert set(done.stdout.split()) == offered, done.stderr


def test_a_command_mistyped_is_told_which_it_may_have_been() -> None:
    for words, meant in ((("cases",), "case"), (("case", "prise", "DFG-1"), "price")):
        done = subprocess.run(
            [sys.executable, "-m", "desk.cli", *words],
            env={**os.environ, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert f"Did you mean '{meant}'?" in done.stderr


def test_a_command_without_the_option_does_not_name_it(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("works.csv", None, 2, "code", "X", "no schedule has it", "Another code.")
    with pytest.raises(typer.Exit), sentences():
        raise ImportProblemsError((problem,) * 101)
    assert "These are the first 100 of 101 problems.\n" in capsys.readouterr().err
