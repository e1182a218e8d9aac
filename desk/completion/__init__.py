"""Inspecting works: the list of a visit."""
