"""``python -m desk.reference`` writes the reference; ``--check`` says which files differ."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from desk.reference.access import access_page
from desk.reference.clocks import clocks_page
from desk.reference.commands import commands_page
from desk.reference.drawing import pathway_drawing
from desk.reference.markdown import GENERATED
from desk.reference.pages import decisions_page, imports_page, settings_page
from desk.reference.partnership import partnership_page
from desk.reference.pathway import pathway_page
from desk.reference.reports import reports_page

FOLDER: Final = Path(__file__).parents[2] / "docs" / "reference"


def pages() -> Mapping[str, str]:
    """Return every generated file by its name, with what it must hold."""
    return {
        "pathway.md": pathway_page(),
        "clocks.md": clocks_page(),
        "partnership.md": partnership_page(),
        "pathway.svg": pathway_drawing(),
        "decisions.md": decisions_page(),
        "imports.md": imports_page(),
        "settings.md": settings_page(),
        "cli.md": commands_page(),
        "access.md": access_page(),
        "reports.md": reports_page(),
    }


def differing(folder: Path) -> list[str]:
    """Return the names of files that are missing, differ, or are generated no longer.

    Args:
        folder: Where the reference is.
    """
    wanted = pages()
    held = {
        file.name: file.read_text(encoding="utf-8")
        for file in folder.glob("*")
        if file.name in wanted or (file.suffix == ".md" and GENERATED in file.read_text("utf-8"))
    }
    return sorted(name for name in {*wanted, *held} if wanted.get(name) != held.get(name))


def main(arguments: Sequence[str], *, folder: Path = FOLDER) -> int:
    """Write the reference, or check it; return the exit status.

    Args:
        arguments: ``--check`` or nothing.
        folder: Where the reference is.
    """
    parser = argparse.ArgumentParser(prog="python -m desk.reference")
    parser.add_argument("--check", action="store_true", help="say what differs; write nothing")
    check = parser.parse_args(arguments).check
    differ = differing(folder)
    if check:
        return _report(differ)
    _write(folder, differ)
    return 0


def _report(differ: Sequence[str]) -> int:
    for name in differ:
        sys.stdout.write(f"docs/reference/{name} differs from what the code says.\n")
    if differ:
        sys.stdout.write("Run `python -m desk.reference` and keep what it writes.\n")
    return 1 if differ else 0


def _write(folder: Path, differ: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name in differ:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
