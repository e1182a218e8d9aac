"""The clock. Everything asks here for the time, so that the demo can live eight months in minutes.

Instants are UTC; dates that people read are Europe/London.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from adapters.settings import settings
from rules.clocks.dates import london_date


def now() -> datetime:
    """Return the present instant in UTC, or the instant in ``HANDRAIL_CLOCK_FILE`` if that is set.

    Raises:
        ValueError: The clock file does not hold an ISO instant with its offset.
    """
    file = settings().clock_file
    if file is None:
        return datetime.now(UTC)
    instant = datetime.fromisoformat(file.read_text(encoding="ascii").strip())
    if instant.tzinfo is None:
        raise ValueError(f"{file} holds {instant.isoformat()}, which has no offset from UTC.")
    return instant.astimezone(UTC)


def today() -> date:
    """Return today's date in London."""
    return london_date(now())


def set_clock_file(*, file: Path, instant: datetime) -> None:
    """Move the clock that ``HANDRAIL_CLOCK_FILE`` points at; readers never see half a write.

    Args:
        file: The clock file.
        instant: An aware datetime.
    """
    fresh = file.with_suffix(".next")
    fresh.write_text(instant.astimezone(UTC).isoformat(), encoding="ascii")
    fresh.replace(file)
