"""Payments: what waits to be released, runs, bank details, accounts, invoices as files."""
