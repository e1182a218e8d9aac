"""Notifications that Prefect's automations tried to send for Handrail and could not.

Prefect tries a notification once. Whether it got through is in its own events, for some days.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from prefect.client.orchestration import SyncPrefectClient
from prefect.events.filters import EventFilter

from adapters.prefect_client import talking

NAMES_BEGIN: Final = "Handrail: "
"""How the name of every automation of ours begins."""

_REFUSED: Final = 400  # an HTTP status from here on is no success
_TRIED: Final = ("prefect.automation.action.failed", "prefect.automation.action.executed")


@dataclass(frozen=True, slots=True)
class NotSent:
    """A notification that did not get through.

    Args:
        automation: The automation's name.
        at: When Prefect tried, in UTC.
        status: The HTTP status of the answer, or None where there was none.
    """

    automation: str
    at: datetime
    status: int | None


def not_sent(*, since: datetime) -> tuple[NotSent, ...]:
    """Return the latest notification of each automation of ours if it did not get through.

    Args:
        since: Earlier tries are not looked at; an aware instant.

    Raises:
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        ours = [one for one in client.read_automations() if one.name.startswith(NAMES_BEGIN)]
        latest = (_latest(client, one.name, str(one.id), since) for one in ours)
        return tuple(sorted((one for one in latest if one), key=lambda one: one.automation))


def _latest(client: SyncPrefectClient, name: str, row_id: str, since: datetime) -> NotSent | None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    chosen: dict[str, Any] = {
        "event": {"name": list(_TRIED)},
        "resource": {"id": [f"prefect.automation.{row_id}"]},
        "occurred": {"since": since, "until": until},
        "order": "DESC",
    }
    for event in client.read_events(EventFilter.model_validate(chosen), limit=1).events:
        # Prefect counts any answer to a webhook as a success, whatever its status.
        status = event.payload.get("status_code")
        if event.event == _TRIED[0] or (status is not None and status >= _REFUSED):
            return NotSent(automation=name, at=event.occurred, status=status)
    return None
