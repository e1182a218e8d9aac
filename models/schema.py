"""Every table in one import, for migrations and checks that look at the whole schema."""

from models.tables import (
    cases,
    clocks,
    competition,
    contractors,
    funding,
    many_cases,
    prices,
    record,
    reference,
    schedules,
    terms,
    works,
)

__all__ = [
    "cases",
    "clocks",
    "competition",
    "contractors",
    "funding",
    "many_cases",
    "prices",
    "record",
    "reference",
    "schedules",
    "terms",
    "works",
]
