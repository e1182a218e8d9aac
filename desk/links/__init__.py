"""Contractors’ pages, which need no account."""
