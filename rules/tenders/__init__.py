"""Tenders."""
