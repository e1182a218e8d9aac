"""Repricings: which cases, what they would cost, and what became of each."""
