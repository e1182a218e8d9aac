"""The little Markdown that the reference pages are made of."""

from collections.abc import Iterable, Sequence
from typing import Final

GENERATED: Final = "<!-- Made by `python -m desk.reference` from the code; edit that instead. -->"


def page(title: str, *parts: str) -> str:
    """Return a page: its title, the note that it is generated, and its parts.

    Args:
        title: The heading.
        parts: Paragraphs, tables and sections, each without blank lines around it.
    """
    return "\n\n".join((f"# {title}", GENERATED, *(part for part in parts if part))) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; whatever is in a cell stays in it.

    Args:
        columns: The headings.
        rows: The cells.
    """
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)


def cell(text: str) -> str:
    """Return text as one cell of a table.

    Args:
        text: Any text.
    """
    return " ".join(text.replace("|", "\\|").split())


def code(text: object) -> str:
    """Return a value as code, or nothing for an empty one.

    Args:
        text: The value.
    """
    return f"`{text}`" if str(text) else ""


def one_of(words: Iterable[object]) -> str:
    """Return words as code, with commas between.

    Args:
        words: The words.
    """
    return ", ".join(code(word) for word in words)


def fence(language: str, lines: Iterable[str]) -> str:
    """Return a block of code or of a diagram.

    Args:
        language: Such as ``mermaid``.
        lines: What is in it.
    """
    return "\n".join((f"```{language}", *lines, "```"))
