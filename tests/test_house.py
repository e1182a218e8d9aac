"""The house itself: what is in which room, how long things are, what may not be in a file.

import-linter holds who may import whom; this holds that import-linter is asked about every room,
and what no other tool checks. Each test lists everything that is wrong, not the first.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE = Path(__file__).parent.parent
ROOMS = (
    "rules",
    "adapters",
    "models",
    "services",
    "tasks",
    "flows",
    "templates",
    "deployments",
    "desk",
)
TOP_FOLDERS = {*ROOMS, "tests", "docs", "findings", ".ci"}
LOCKS = ("requirements.lock", "requirements-dev.lock")
LONGEST_MODULE = 350
LONGEST_FUNCTION = 60
GENERATED = "models/migrations/versions/"  # Alembic writes these; one table after another
NOT_OURS = re.compile(r"\.|(?:__pycache__|build|dist|htmlcov)$")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Return the project's own files, relative to its folder."""
    return tuple(sorted(_listed_by_git() or _walked()))


def _listed_by_git() -> list[Path]:
    git = shutil.which("git")
    if git is None:
        return []  # a machine, or an archive, without git
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        check=False,
    )
    names = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return [name for name in names if (HOUSE / name).is_file()]


def _walked() -> Iterator[Path]:
    for folder, inner, names in os.walk(HOUSE):
        inner[:] = [name for name in inner if name == ".ci" or not NOT_OURS.match(name)]
        here = Path(folder).relative_to(HOUSE)
        yield from (here / name for name in names if not NOT_OURS.match(name))


@cache
def texts() -> dict[Path, str]:
    """Return the text of every text file of the project but this one, which names what it seeks."""
    found = {}
    for file in files():
        content = (HOUSE / file).read_bytes()
        if b"\0" not in content and file != Path(__file__).relative_to(HOUSE):
            found[file] = content.decode("utf-8", errors="replace")
    return found


@cache
def modules() -> dict[Path, ast.Module]:
    """Return the syntax tree of every Python file that people write."""
    return {
        file: ast.parse((HOUSE / file).read_text(encoding="utf-8"))
        for file in files()
        if file.suffix == ".py" and not file.as_posix().startswith(GENERATED)
    }


@cache
def project() -> dict[str, Any]:
    """Return what ``pyproject.toml`` says."""
    return tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method in a syntax tree."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def public(nodes: list[ast.stmt]) -> list[Function | ast.ClassDef]:
    """Return the functions and classes among some statements that others may use."""
    named = [node for node in nodes if isinstance(node, Function | ast.ClassDef)]
    return [node for node in named if not node.name.startswith("_")]


def length(function: Function) -> int:
    """Return how many lines a function has, its docstring left out: that is for the caller."""
    words = len((ast.get_docstring(function, clean=False) or "").splitlines())
    return (function.end_lineno or 0) - function.lineno + 1 - words


def lines_with(pattern: str, *, only: tuple[str, ...] = ()) -> list[str]:
    """Return each line of the project's text that has the pattern, as ``file:line: text``."""
    found = re.compile(pattern)
    return [
        f"{file}:{number}: {line.strip()[:80]}"
        for file, text in texts().items()
        if not only or file.name in only or file.suffix in only
        for number, line in enumerate(text.splitlines(), start=1)
        if found.search(line)
    ]


# ---- rooms ---------------------------------------------------------------------------------------


def test_the_top_folders_are_those_of_the_design() -> None:
    assert {file.parts[0] for file in files() if len(file.parts) > 1} <= TOP_FOLDERS


def test_import_linter_is_asked_about_every_room() -> None:
    rooms = {file.parts[0] for file in modules() if len(file.parts) > 1} - {"tests"}
    linter = project()["tool"]["importlinter"]
    named = re.findall(r"\w+", str([contract | {"name": ""} for contract in linter["contracts"]]))
    assert rooms <= set(linter["root_packages"])
    assert rooms - {"templates"} <= set(named)  # templates hold no code to import anything with


def test_no_room_holds_only_its_own_sign() -> None:
    signs = [file for file in files() if file.name == "__init__.py"]
    beside = {file.parent: False for file in signs}
    for file in files():
        for folder in file.parents:
            if folder in beside and file.name != "__init__.py":
                beside[folder] = True
    assert [str(folder) for folder, more in beside.items() if not more] == []


def test_no_installed_package_stands_in_for_a_room() -> None:
    strangers = {}
    for room in {file.parts[0] for file in modules() if len(file.parts) > 1}:
        spec = importlib.util.find_spec(room)
        places = list(spec.submodule_search_locations or []) if spec else []
        if HOUSE / room not in [Path(place) for place in places]:
            strangers[room] = places
    assert strangers == {}


def test_a_decision_is_declared_in_one_place_and_named_in_few() -> None:
    """Adding a decision touches at most four product files; most touch one, its room's."""
    from services.decisions.kinds import KINDS

    product = {file: tree for file, tree in modules().items() if file.parts[0] in ROOMS}
    for kind in KINDS.values():
        name, room = kind.__name__, kind.__module__
        held = {
            str(file)
            for file, tree in product.items()
            for node in ast.walk(tree)
            if (isinstance(node, ast.ClassDef) and node.name == name and room in _dotted(file))
            or (
                isinstance(node, ast.ImportFrom)
                and node.module == room
                and name in {alias.name for alias in node.names}
            )
        }
        assert 1 <= len(held) <= 4, (name, held)
        assert room.startswith("services."), (name, room)


TWO_WRITERS = {"Clock": "one statement raises alerts and moves their clocks on"}


def test_each_table_is_written_from_one_room() -> None:
    """A room is a folder of services, or models."""
    writers: dict[str, set[str]] = {}
    for file, tree in modules().items():
        if file.parts[0] not in ("services", "models", "tasks", "desk", "deployments"):
            continue
        names = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("models.tables")
            for alias in node.names
        }
        room = file.parts[file.parts[0] == "services"]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                table = node.args[0]
                writes = node.func.id in ("insert", "update", "delete", "on_conflict")
                if writes and isinstance(table, ast.Name) and table.id in names:
                    writers.setdefault(names[table.id], set()).add(room)
    assert len(writers) > 30
    several = {name: rooms for name, rooms in writers.items() if len(rooms) > 1}
    assert several.keys() == TWO_WRITERS.keys(), several


NOT_SUBJECTS = {"reference", "service", "web", "layout"}
"""Pages made of every declaration, the processes, and the frame of every page and its looks."""


def test_a_subject_has_one_name_everywhere() -> None:
    """A folder of any of these is named as a room of services."""
    parts = ("rules", "desk", "templates", "tests/services", "tests/rules", "tests/desk")
    folders = {folder for file in files() for folder in file.parents}
    rooms = {folder.name for folder in folders if folder.parent == Path("services")}
    named = {folder.name for folder in folders if folder.parent.as_posix() in parts}
    assert named - rooms == NOT_SUBJECTS


def _dotted(file: Path) -> str:
    return ".".join(file.with_suffix("").parts)


# ---- sizes and words -----------------------------------------------------------------------------


def test_no_module_is_too_long() -> None:
    lengths = {file: len((HOUSE / file).read_text().splitlines()) for file in modules()}
    assert {str(file): n for file, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{file}:{function.lineno} {function.name}": length(function)
        for file, tree in modules().items()
        for function in functions(tree)
        if length(function) > LONGEST_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [str(file) for file, tree in modules().items() if not ast.get_docstring(tree)] == []


def test_every_public_rule_says_what_it_does() -> None:
    silent = []
    for file, tree in modules().items():
        if file.parts[0] == "rules":
            classes = [node for node in public(tree.body) if isinstance(node, ast.ClassDef)]
            things = public([*tree.body, *(part for kind in classes for part in kind.body)])
            silent += [f"{file}:{one.lineno}" for one in things if not ast.get_docstring(one)]
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    assert lines_with(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b") == []


def test_every_ignore_has_its_reason() -> None:
    bare = r"#\s*(?:noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[\w, -]*\])?)\s*$"
    assert lines_with(bare, only=(".py",)) == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert lines_with(r"(?<![\w.~$}/])/(?:root|work|Users|home/\w+)/\w") == []


# ---- dependencies --------------------------------------------------------------------------------


def requirements(*groups: str) -> list[Requirement]:
    """Return what the project itself asks for, and what the named groups ask for."""
    asked = list(project()["project"]["dependencies"])
    for group in groups:
        asked += project()["dependency-groups"][group]
    return [Requirement(text) for text in asked]


def locked(lock: str) -> dict[str, str]:
    """Return the version that a lock file gives each package."""
    rows = (HOUSE / lock).read_text(encoding="utf-8").splitlines()
    pairs = [re.match(r"([\w.-]+)==([^\s;]+)", row) for row in rows]
    return {canonicalize_name(pair[1]): pair[2] for pair in pairs if pair}


def test_every_bound_has_its_reason() -> None:
    text = (HOUSE / "pyproject.toml").read_text(encoding="utf-8")
    asked = [str(item) for item in project()["project"]["dependencies"]]
    extras = project()["project"]["optional-dependencies"]
    groups = (*extras.values(), *project()["dependency-groups"].values())
    asked += [item for group in groups for item in group]
    rows = {match[1]: match[2] for match in re.finditer(r'^ +"([^"]+)",(.*)$', text, re.M)}
    assert [item for item in asked if not re.search(r"# \S", rows.get(item, ""))] == []
    assert [item for item in asked if not Requirement(item).specifier] == []


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ("build",)), (LOCKS[1], ("build", "dev"))])
def test_the_lock_fits_the_bounds(lock: str, groups: tuple[str, ...]) -> None:
    versions = locked(lock)
    unfit = [
        f"{asked} but locked at {versions.get(canonicalize_name(asked.name))}: run make lock"
        for asked in requirements(*groups)
        if not asked.specifier.contains(versions.get(canonicalize_name(asked.name), "0"))
    ]
    assert unfit == []


def test_the_tests_run_on_the_locked_versions() -> None:
    run, dev = (locked(lock) for lock in LOCKS)
    assert run.items() <= dev.items()


def test_a_set_up_asks_no_particular_index_or_folder() -> None:
    setting = ("Makefile", "pyproject.toml", "run", ".lock", ".sh")
    asks = r"https?://(?!127\.0\.0\.1)|--(?:extra-)?index|--find-links|--trusted-host"
    assert lines_with(asks, only=setting) == []
    assert lines_with(r"@ file|[\s=](?:\.\.)?/\w", only=(".lock",)) == []


def test_the_wheel_holds_every_room_and_nothing_else(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=HOUSE,
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("handrail-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {Path(name) for name in archive.namelist() if ".dist-info/" not in name}
        (points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "handrail = desk.cli:app" in archive.read(points).decode()
    setup = Path("deployments/setup")
    expected = {file for file in files() if file.parts[0] in ROOMS and setup not in file.parents}
    assert held == expected
