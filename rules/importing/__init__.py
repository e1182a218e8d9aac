"""Import files of every kind: their columns, and how a raw sheet becomes values and problems."""

from rules.importing.checks import ParsedRow
from rules.importing.columns import Column, Spec
from rules.importing.kinds import KINDS, spec
from rules.importing.parsing import Parsed, parse
from rules.importing.sheet import Cell, FaultyCell, RawRow, Sheet

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
