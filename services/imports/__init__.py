"""Imports: an authority's own files of every kind, brought in all or nothing."""

from models.database import writing
from services.imports.job import ImportReport, ScheduleOptions
from services.imports.officers import first_administrator
from services.imports.run import run_import

__all__ = ["ImportReport", "ScheduleOptions", "first_administrator", "run_import", "writing"]
