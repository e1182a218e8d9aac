"""Decisions as values: how one is declared, what it asks for, and how that is read and checked."""
