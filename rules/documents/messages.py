"""The messages Handrail sends, and the values each one needs: no more than its reader needs.

A contractor learns the client's name and address from the work order, never from an offer; a
contractor who did not win learns nothing of other prices; a landlord learns nothing of money.
"""

from collections.abc import Mapping
from typing import Final

_EVERY: Final = "authority_name case_reference officer_name officer_phone officer_email"

EARLIER: Final[Mapping[str, object]] = {
    "authority_email": "",
    "postcode_sector": "",
    "works": (),
    "prices": (),
    "page": "",
    "sums": {},
    "version": 1,
    "changed": (),
    "contract_with": "",
    "invoice_to": "",
    "charge": "",
    "charge_pence": 0,
    "charge_before_pence": 0,
    "pay_from": "",
    "again_for": "",
    "left_out": 0,
}
"""What a message that an earlier version put in the outbox may lack, and what stands for it."""

_ON_A_CASE: Final = {
    "offer_to_contractor": "contractor_name works_title lot_title postcode_area postcode_sector "
    "works prices net_pence total_pence start_by complete_by answer_by authority_email page "
    "pay_from",
    "offer_lapsed_to_contractor": "contractor_name works_title answer_by",
    "invitation_to_quote": "contractor_name works_title lot_title postcode_area deadline criteria "
    "weighing authority_email",
    "quote_received": "contractor_name works_title received deadline",
    "quote_late": "contractor_name works_title received deadline",
    "quote_withdrawn": "contractor_name works_title again_until",
    "quote_deadline_extended": "contractor_name works_title earlier deadline quoted "
    "authority_email",
    "competition_cancelled": "contractor_name works_title unopened",
    "quote_chosen": "contractor_name works_title postcode_area",
    "quote_regret": "contractor_name works_title winner_name place place_on_price quotes marks "
    "quality_points quality_weight",
    "order_to_contractor": "contractor_name order_number works_title site_address postcode "
    "start_by complete_by total_pence page version changed contract_with invoice_to",
    "link_to_contractor": "contractor_name works_title page until",
    "link_to_client": "client_name works_title page until",
    "link_to_landlord": "landlord_name works_title site_address page until",
    "question_answered_to_contractor": "contractor_name works_title question answer page",
    "order_varied_to_client": "client_name works_title changed complete_by works sums page",
    "variation_instructed_to_contractor": "contractor_name order_number works_title site_address "
    "changed",
    "variation_rejected_to_contractor": "contractor_name order_number works_title site_address "
    "changed reason",
    "handed_in_refused_to_contractor": "contractor_name order_number site_address refused why",
    "snags_to_contractor": "contractor_name order_number site_address inspected_on snags clear_by",
    "payment_to_contractor": "contractor_name order_number invoice_number paid_pence paid_on",
    "applicant_paid_to_contractor": "contractor_name order_number invoice_number paid_pence",
    "paid_to_applicant": "applicant_name contractor_name invoice_number paid_pence",
    "bank_details_to_applicant": "applicant_name ending what",
    "paid_directly_to_contractor": "contractor_name order_number works_title site_address "
    "total_pence paid_directly",
    "case_ended_to_contractor": "contractor_name order_number works_title site_address ended_on",
    "order_ended_to_contractor": "contractor_name order_number works_title site_address ended_on "
    "valued total_pence direct_pence",
    "order_ended_to_client": "recipient_name client_name works_title ended_on died ground section "
    "total_pence direct_pence",
    "valuation_corrected_to_contractor": "contractor_name order_number works_title site_address "
    "ended_on valued total_pence direct_pence",
    "valuation_corrected_to_client": "recipient_name client_name works_title ended_on died ground "
    "total_pence direct_pence",
    "order_goes_on_to_contractor": "contractor_name order_number works_title site_address ended_on "
    "complete_by",
    "order_goes_on_to_client": "client_name works_title ended_on",
    "extension_to_contractor": "contractor_name order_number works_title site_address earlier_date "
    "complete_by",
    "extension_to_client": "client_name works_title earlier_date complete_by grant_extended",
    "no_access_to_client": "client_name works_title visited_on contractor_name contractor_phone "
    "contractor_email",
    "overrun_to_officer": "order_number works_title contractor_name complete_by expected_on",
    "appointment_to_client": "client_name visit when earlier cancelled works_title",
    "appointment_to_contractor": "contractor_name visit when earlier cancelled works_title "
    "site_address",
    "appointment_to_officer": "visit when earlier cancelled works_title site_address",
    "replaced_to_contractor": "contractor_name order_number works_title site_address ended_on "
    "valued total_pence direct_pence invoice_to",
    "taken_back_to_contractor": "contractor_name order_number works_title ended_on complete_by",
    "taken_back_to_client": "client_name works_title firm_name ended_on",
    "replaced_to_client": "client_name works_title firm_name begun ended_on",
    "works_withdrawn_to_contractor": "contractor_name works_title",
    "approval_to_client": "client_name works_title grant_pence contribution_pence contractor_name "
    "complete_by pay_from again_for left_out",
    "cost_share_to_client": "client_name works_title cost_pence grant_pence open_pence reply_by",
    "grant_recalculated_to_client": "client_name works_title estimated_pence outturn_pence "
    "granted_pence grant_pence others_pence received_pence given_back_pence charge_pence "
    "charge_before_pence",
    "refusal_to_client": "client_name works_title",
    "certificate_request_to_applicant": "applicant_name works_title certificate reply_by charge",
    "certificate_request_to_landlord": "landlord_name client_name site_address works_title "
    "certificate reply_by",
    "client_answered_to_client": "client_name works_title said_on outstanding answer page",
    "complete_to_client": "client_name works_title contractor_name completed_on page",
    "order_to_client": "client_name works_title order_number contractor_name contractor_phone "
    "contractor_email start_by complete_by works sums page",
    "completion_to_client": "client_name works_title contractor_name contractor_phone "
    "contractor_email certified_on defects_until",
    "survey_to_client": "client_name works_title reply_by page",
    "survey_reminder_to_client": "client_name works_title reply_by page",
    "defect_reported_to_client": "client_name works_title defect urgent answer_by",
    "defect_reported_to_contractor": "contractor_name order_number works_title site_address line "
    "defect urgent answer_by",
    "defect_late_to_client": "client_name works_title defect defects_until",
    "defect_answered_to_client": "client_name works_title defect of_works why contractor_name "
    "contractor_phone contractor_email",
    "recall_to_contractor": "contractor_name recall order_number works_title site_address postcode "
    "client_name client_phone line defect urgent because put_right_by page",
    "recall_taken_back_to_contractor": "contractor_name recall order_number works_title "
    "site_address because cost_pence",
    "recall_inspected_to_client": "client_name works_title defect reply_by",
    "service_due_to_client": "client_name works_title what serviced_by due_on",
    "repayment_to_client": "client_name works_title disposed_on certified_on charge_pence "
    "demanded_pence",
    "recovery_to_client": "client_name works_title ground demanded_pence paid_pence why reply_by",
    "repayment_waived_to_client": "client_name works_title waived_pence left_pence",
    "breach_to_client": "client_name works_title breach happened_on conditions_until",
    "priority_reviewed_to_client": "client_name works_title urgent changed why",
    "case_ended_to_client": "client_name works_title reason ended_on",
    "case_goes_on_to_client": "client_name works_title ended_on",
    "case_goes_on_to_landlord": "landlord_name site_address works_title ended_on",
    "case_ended_to_landlord": "landlord_name site_address works_title asked_on ended_on",
    "authority_request_to_client": "client_name works_title landlord reply_by",
    "consent_reminder_to_landlord": "landlord_name client_name site_address works_title asked_on "
    "reply_by page",
    "question_answered_to_landlord": "landlord_name site_address works_title question answer page",
    "consent_settled_to_landlord": "landlord_name client_name site_address works_title settled",
    "consent_request_to_landlord": "landlord_name client_name site_address works_title asked_for "
    "reply_by page",
}
"""What a message on one case needs besides what every one of them does."""

_OF_MANY_CASES: Final = {
    "reminder_to_contractor": "jobs late authority_name officer_name officer_phone officer_email "
    "contractor_name",
    "orders_to_contractor": "jobs authority_name officer_name officer_phone officer_email "
    "contractor_name",
    "reminder_to_landlord": "jobs late authority_name officer_name officer_phone officer_email "
    "landlord_name",
    "document_refused_to_contractor": "contractor_name document handed_on why authority_name "
    "authority_email",
    "renewal_to_contractor": "contractor_name documents last_day authority_name authority_email",
    "statement_received_to_client": "client_name works number indicated_pence "
    "authority_name authority_phone authority_email",
    "statement_answered_to_client": "client_name works number why authority_name authority_phone "
    "authority_email",
    "bank_details_to_contractor": "contractor_name ending what authority_name authority_email",
    "remittance_to_contractor": "contractor_name run total_pence payments authority_name "
    "authority_email",
    "remittance_to_applicant": "applicant_name run total_pence payments authority_name "
    "authority_email",
    "alerts_digest": "authority_name person_name person today counted groups not_shown older",
    "powers_to_administrator": "administrator_name importer_name importer_email os_user file "
    "powers on",
    "invitation_to_officer": "officer_name by_name link until",
    "password_link_to_officer": "officer_name link",
}
"""What a message that tells of as many cases as there are, one a day, needs."""

OF_MANY_CASES: Final = frozenset(_OF_MANY_CASES)

ONCE_SENT: Final = {"link": "(sent)"}
"""What stands for a value in the outbox once the message has left: whoever has it may come in."""

MESSAGES: Final[Mapping[str, frozenset[str]]] = {
    **{kind: frozenset(f"{_EVERY} {needs}".split()) for kind, needs in _ON_A_CASE.items()},
    **{kind: frozenset(needs.split()) for kind, needs in _OF_MANY_CASES.items()},
}
"""Each kind of message, and the values it needs."""
