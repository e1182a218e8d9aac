"""What is written for people: every link leads somewhere, and every command shown is a real one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from adapters.settings import Settings
from desk.cli import whole
from desk.reference.__main__ import FOLDER

ROOT = FOLDER.parents[1]
WRITTEN = sorted(
    file.relative_to(ROOT)
    for file in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"))
    if file.parent != FOLDER
)
LINKING = sorted(
    file.relative_to(ROOT)
    for pages in ("*.md", "docs/**/*.md", "deployments/**/*.md")
    for file in ROOT.glob(pages)
)
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
LONGEST_RECORD = 25  # lines
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.M | re.S)


def text_of(file: Path) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def test_the_pages_whose_links_are_followed_are_found() -> None:
    pages = {Path(page) for page in ("README.md", "docs/explanation/design.md")}
    assert pages | {Path("deployments/README.md")} <= set(LINKING)


@pytest.mark.parametrize("file", LINKING, ids=str)
def test_every_link_leads_to_a_file(file: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", text_of(file))
    inside = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in inside if not (ROOT / file.parent / link).exists()] == []


@pytest.mark.parametrize("file", WRITTEN, ids=str)
def test_every_command_shown_exists_with_its_options(file: Path) -> None:
    assert [fault for command in commands(text_of(file)) if (fault := wrong_with(command))] == []


def commands(text: str) -> Iterator[str]:
    """Yield every call of ``handrail`` in code, without its prompt and its continuation marks."""
    for block in FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            words = re.sub(r"^\$ |^\w+=\S+ ", "", line.strip())
            if re.match(r"handrail( |$)", words):
                yield words
    yield from re.findall(r"`(handrail [^`]+)`", FENCE.sub("", text))


@cache
def whole_command() -> Any:
    return typer.main.get_command(whole())


def wrong_with(command: str) -> str:
    """Return what is wrong with a call, or an empty string."""
    words = shlex.split(command, comments=True)[1:]
    found = whole_command()
    while inner := getattr(found, "commands", None):
        shared = [one for one in found.params if one.param_type_name == "argument"]
        words = words[len(shared) :]
        if not words or (found.invoke_without_command and words[0].startswith("--")):
            break  # the group itself is meant
        if words[0] not in inner:
            return f"{command}: there is no command {words[0]}"
        found, words = inner[words[0]], words[1:]
    known = {name for one in found.params for name in (*one.opts, *one.secondary_opts)}
    strange = [word for word in words if word.startswith("--") and word not in known]
    return f"{command}: unknown {', '.join(strange)}" if strange else ""


def test_a_wrong_command_would_be_found() -> None:
    assert wrong_with("handrail case show DFG-1 --json") == ""
    assert wrong_with("handrail decide DFG-1 approve --refuse") == ""
    assert wrong_with("handrail sla --late") == wrong_with("handrail sla") == ""
    assert "unknown --early" in wrong_with("handrail sla --early")
    assert "no command shew" in wrong_with("handrail case shew DFG-1")
    assert "unknown --grant" in wrong_with("handrail decide DFG-1 approve --grant")


@pytest.mark.parametrize("file", WRITTEN, ids=str)
def test_every_setting_named_exists(file: Path) -> None:
    named = set(re.findall(r"\bHANDRAIL_(?!TEST_)([A-Z_]+)", text_of(file)))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_index_leads_to_everything() -> None:
    index = text_of(Path("docs/README.md"))
    others = [file.relative_to(ROOT / "docs") for file in (ROOT / "docs").rglob("*.md")]
    missing = [str(file) for file in others if f"({file.as_posix()})" not in index]
    assert missing == ["README.md"]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_every_decision_record_is_short_and_whole(record: Path) -> None:
    lines = record.read_text(encoding="utf-8").splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert len(lines) <= LONGEST_RECORD
    assert headings[0].startswith(f"# {int(record.stem[:4])}. ")
    assert headings[1:] == ["## Context", "## Decision", "## Consequence"]
