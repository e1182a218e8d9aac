"""Payments: what waits to be released, runs, bank details."""
