"""Interchange with contractors’ own systems."""
