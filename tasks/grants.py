"""The tasks of grants: each linked to its run."""

from services.decisions import notice
from tasks.unit import of_run, outside_task

notice_due = of_run(notice.notice_due)
write_notice = outside_task("write the notice")(notice.write_notice)
give_notice = of_run(notice.give_notice)
