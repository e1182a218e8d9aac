"""Every table in one import, for migrations and checks that look at the whole schema."""

from models import cases, contractors, prices, record, reference, schedules, works

__all__ = ["cases", "contractors", "prices", "record", "reference", "schedules", "works"]
