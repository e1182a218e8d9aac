"""The tasks of tenders: each linked to its run."""

from services.competitions import tender
from services.pricing import award_record
from tasks.unit import document_task, of_run

record_due = of_run(award_record.record_due)
write_award_record = document_task("write the award record")(award_record.write_award_record)
keep_award_record = of_run(award_record.keep_award_record)
tender_case = of_run(tender.tender_case)
