"""Decisions as values: how one is declared, what it asks for, and how that is read and checked."""

from rules.decisions.declared import BaseDecision, Option, Plan, decided, particular
from rules.decisions.facts import Facts, changed, day_words, from_to, known, lines_words

__all__ = [
    "BaseDecision",
    "Facts",
    "Option",
    "Plan",
    "changed",
    "day_words",
    "decided",
    "from_to",
    "known",
    "lines_words",
    "particular",
]
