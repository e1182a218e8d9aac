"""Import files of every kind: their columns, and how a raw sheet becomes values and problems."""

from rules.imports.checks import ParsedRow
from rules.imports.columns import Column, Spec
from rules.imports.kinds import KINDS, spec
from rules.imports.parsing import Parsed, parse
from rules.imports.sheet import Cell, FaultyCell, RawRow, Sheet

__all__ = [
    "KINDS",
    "Cell",
    "Column",
    "FaultyCell",
    "Parsed",
    "ParsedRow",
    "RawRow",
    "Sheet",
    "Spec",
    "parse",
    "spec",
]
