"""Consents and certificates."""
