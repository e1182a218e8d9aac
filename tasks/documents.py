"""The tasks of documents: each a name in Prefect and one call."""

from services.documents import delivery
from tasks.unit import service_task, step_task

deliver_for_case = step_task("send this case's messages")(delivery.deliver_for_case)
deliver_due = service_task("send the messages that are due")(delivery.deliver_due)
