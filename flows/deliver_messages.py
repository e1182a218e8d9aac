"""Sending what is due from the outbox.

Triggered by: an operator from Prefect's UI or CLI, after mail was down; the sweep does the same.
Needs: nothing.
Leaves behind: every message that was due sent, or put back with the reason.
"""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.endings import ours
from tasks.documents import deliver_due


@ours("deliver-messages", flow_run_name="messages · deliver")
def deliver_messages() -> State[Any]:
    """Send every message that is due."""
    delivered = deliver_due()
    return Completed(
        name="Delivered", message=f"{delivered.sent} sent, {delivered.failed} not sent."
    )
