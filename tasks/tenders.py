"""The tasks of tenders: each a name in Prefect and one call."""

from services.competitions import tender
from services.pricing import award_record
from tasks.unit import document_task, step_task

record_due = step_task("see whether an award is to be filed")(award_record.record_due)
write_award_record = document_task("write the award record")(award_record.write_award_record)
keep_award_record = step_task("file the award record")(award_record.keep_award_record)
tender_case = step_task("tender the works")(tender.tender_case)
