"""How pages write records of the registers: labels, sums in pounds, days in words."""

from desk.web.page import day_words
from rules.money import pounds
from services.imports.records import Record, money_columns


def named(column: str) -> str:
    """Return a column as a label."""
    return column.replace("_", " ").capitalize()


def plural(kind: str) -> str:
    """Return what the records of a kind are called."""
    return kind.replace("_", " ").capitalize()


def with_article(thing: str) -> str:
    """Return a thing with its article."""
    return f"{'an' if thing[0] in 'aeio' else 'a'} {thing}"


def shown(record: Record, names: tuple[str, ...] | list[str]) -> list[str]:
    """Return cells as people read them: sums as pounds, days in words."""
    money = money_columns(record.kind)
    cells = []
    for name in names:
        value = record.values[name]
        if name in money and value is not None:
            cells.append(pounds(value))
        elif hasattr(value, "isoformat"):
            cells.append(day_words(value))
        else:
            cells.append(_in_words(record.cells[name]))
    return cells


def _in_words(cell: str) -> str:
    """Return a word of ours, or a list of them, as people read it; a code stays as it is."""
    spaced = cell.replace(";", "; ")
    return spaced.replace("_", " ") if cell.islower() and "@" not in cell else spaced
