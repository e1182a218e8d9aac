"""The generated reference: true to the code, complete, and a picture that can be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer

from adapters.settings import Settings
from desk.cli import whole
from desk.reference.__main__ import FOLDER, differing, main, pages
from desk.reference.commands import commands_page
from desk.reference.drawing import pathway_drawing
from desk.reference.layers import arrows, places
from desk.reference.markdown import cell
from desk.reference.pages import decisions_page, imports_page, settings_page
from desk.reference.pathway import pathway_page
from rules.imports import KINDS, spec
from rules.pathway import PATHWAY, TRANSITIONS, StepName
from services.decisions.kinds import KINDS as DECISIONS

SVG = "{http://www.w3.org/2000/svg}"

# ---- kept in step


def test_the_reference_in_docs_is_what_the_code_says() -> None:
    assert differing(FOLDER) == []


def test_what_is_written_passes_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], folder=tmp_path) == 0
    assert {file.name for file in tmp_path.iterdir()} == set(pages())
    assert main(["--check"], folder=tmp_path) == 0
    assert main([], folder=tmp_path) == 0
    written = capsys.readouterr().out.splitlines()
    assert written == [f"docs/reference/{name}" for name in sorted(pages())]


def test_the_check_names_each_file_that_differs_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([], folder=tmp_path)
    (tmp_path / "cli.md").unlink()
    (tmp_path / "settings.md").write_text("by hand", encoding="utf-8")
    (tmp_path / "old.md").write_text(pages()["imports.md"], encoding="utf-8")
    (tmp_path / "performance.md").write_text("# Measured, not generated", encoding="utf-8")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    capsys.readouterr()
    assert main(["--check"], folder=tmp_path) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[:-1] == [
        f"docs/reference/{name} differs from what the code says."
        for name in ("cli.md", "old.md", "settings.md")
    ]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    main([], folder=tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {*pages(), "performance.md"}


def test_the_pages_do_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = dict(pages())
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("TERM", "dumb")
    assert dict(pages()) == wide


# ---- complete


def test_every_command_and_option_is_described() -> None:
    page = commands_page()
    for path, command in _commands(typer.main.get_command(whole()), ("handrail",)):
        section = page.partition(f"## `{path}`\n")[2].partition("\n## ")[0]
        assert section, f"{path} is not described"
        shown = [one for one in command.params if not one.hidden]
        for one in shown:
            names = one.opts if one.param_type_name == "option" else [one.metavar]
            assert [name for name in names if name not in section] == [], path


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield every command of the tree that Typer builds, with how it is called."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
        return
    shared = [one.metavar for one in command.params if one.param_type_name == "argument"]
    for name, below in inner.items():
        yield from _commands(below, (*path, *shared, name))


def test_every_setting_is_described() -> None:
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert f"| `HANDRAIL_{name.upper()}` |" in page
        assert field.description
        assert cell(field.description) in page


def test_every_kind_of_import_and_each_of_its_columns_is_described() -> None:
    page = imports_page()
    for kind in KINDS:
        section = page.partition(f"## `{kind}`\n")[2].partition("\n## ")[0]
        for column in spec(kind).columns:
            required = "yes" if column.required else ""
            assert f"| `{column.name}` | {required} | {cell(column.right)} |" in section


def test_every_decision_is_described_with_who_may_record_it() -> None:
    page = decisions_page()
    for kind in DECISIONS.values():
        assert f"[`{kind.kind}`](#{kind.kind})" in page
        assert f"\n### {kind.kind}\n" in page
    assert "| [`release`](#release) | any | finance |" in page
    waiver = page.partition("### certificate\n")[2].partition("###")[0]
    assert "PLAN: a waiver is discretionary." in waiver


def test_every_step_and_every_move_is_described() -> None:
    page = pathway_page()
    for name, step in PATHWAY.items():
        assert f"| `{name}`<br>{step.title} |" in page
        assert f"`{step.waiting_state}`" in page
    for status, moves in TRANSITIONS.items():
        for to in moves:
            assert f"    {status} --> {to}" in page


def test_a_cell_stays_a_cell() -> None:
    assert cell("one | two\nthree") == "one \\| two three"


# ---- the picture


def test_every_step_stands_below_those_it_needs() -> None:
    stand = places()
    for name, step in PATHWAY.items():
        assert all(stand[needed].layer < stand[name].layer for needed in step.requires)


def test_the_arrows_say_all_that_the_table_says() -> None:
    for name, step in PATHWAY.items():
        assert set(step.requires) <= _reached(name)
    assert (StepName.PRICE, StepName.APPROVE) not in arrows()  # the tender implies it


def _reached(step: StepName) -> set[StepName]:
    """Return every step that arrows lead from to this one."""
    direct = {start for start, end in arrows() if end == step}
    return direct.union(*(_reached(start) for start in direct))


def test_no_box_of_the_picture_covers_another_or_leaves_it() -> None:
    root = ElementTree.fromstring(pathway_drawing())  # noqa: S314 - we have just drawn it
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    boxes = [
        tuple(float(box.attrib[side]) for side in ("x", "y", "width", "height"))
        for box in root.iter(f"{SVG}rect")
        if box.attrib.get("rx") == "8"
    ]
    assert len(boxes) == len(PATHWAY)
    for turn, (x, y, w, h) in enumerate(boxes):
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
        for other_x, other_y, other_w, other_h in boxes[turn + 1 :]:
            apart = x + w <= other_x or other_x + other_w <= x
            assert apart or y + h <= other_y or other_y + other_h <= y


def test_the_picture_can_be_read_aloud() -> None:
    root = ElementTree.fromstring(pathway_drawing())  # noqa: S314 - we have just drawn it
    words = root.findtext(f"{SVG}desc") or ""
    assert root.attrib["role"] == "img"
    assert all(step.title in words for step in PATHWAY.values())
