"""The tasks of grants: each a name in Prefect and one call."""

from services.decisions import notice
from tasks.unit import document_task, step_task

notice_due = step_task("see whether a notice is due")(notice.notice_due)
write_notice = document_task("write the notice")(notice.write_notice)
give_notice = step_task("give the notice")(notice.give_notice)
