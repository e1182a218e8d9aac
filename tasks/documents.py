"""The tasks of documents: messages sent, where any are due."""

from services.documents import delivery
from services.documents.delivery import Delivered
from tasks.unit import of_run, outside_task

_any_due = of_run(delivery.any_due)
_send_those_of = outside_task("send this case's messages")(delivery.deliver_for_case)
_send_all = outside_task("send the messages that are due", about="")(delivery.deliver_due)


def deliver_for_case(case_ref: str) -> Delivered:
    """Send the messages of one case that are due."""
    return _send_those_of(case_ref) if _any_due(case_ref) else Delivered()


def deliver_due() -> Delivered:
    """Send every message that is due."""
    return _send_all() if _any_due() else Delivered()
