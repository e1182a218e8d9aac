"""The tasks of grants: each linked to its run."""

from services.decisions import notice
from tasks.unit import document_task, of_run

notice_due = of_run(notice.notice_due)
write_notice = document_task("write the notice")(notice.write_notice)
give_notice = of_run(notice.give_notice)
