"""Aftercare."""
