"""The tasks of documents: each a name in Prefect and one call."""

from __future__ import annotations

from services.documents import delivery, write
from tasks.unit import document_task, service_task, step_task

deliver_for_case = step_task("send this case's messages")(delivery.deliver_for_case)
deliver_due = service_task("send the messages that are due")(delivery.deliver_due)
write_consent_request = document_task("write the consent request")(write.write_consent_request)
write_specification = document_task("write the specification")(write.write_specification)
write_notice = document_task("write the notice")(write.write_notice)
write_work_order = document_task("write the work order")(write.write_work_order)
write_completion = document_task("write the certificate of completion")(write.write_completion)
