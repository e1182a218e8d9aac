"""Imports: an authority's own files of every kind, brought in all or nothing."""

from models.imports.job import ImportReport, ScheduleOptions
from models.imports.run import run_import

__all__ = ["ImportReport", "ScheduleOptions", "run_import"]
