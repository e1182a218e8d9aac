"""The messages Handrail sends, and the values each one needs: no more than its reader needs.

A contractor learns the client's name and address from the work order, never from an offer; a
contractor who did not win learns nothing of other prices; a landlord learns nothing of money.
"""

from collections.abc import Mapping

_EVERY = frozenset(
    {"authority_name", "case_reference", "officer_name", "officer_phone", "officer_email"}
)

_REMINDER = (_EVERY - {"case_reference"}) | {"jobs", "late"}
_QUOTE = _EVERY | {"contractor_name", "works_title"}

MESSAGES: Mapping[str, frozenset[str]] = {
    "offer_to_contractor": _EVERY
    | {
        "contractor_name",
        "works_title",
        "lot_title",
        "postcode_area",
        "net_pence",
        "start_by",
        "complete_by",
        "answer_by",
    },
    "offer_lapsed_to_contractor": _EVERY | {"contractor_name", "works_title", "answer_by"},
    "invitation_to_quote": _EVERY
    | {
        "contractor_name",
        "works_title",
        "lot_title",
        "postcode_area",
        "deadline",
        "criteria",
        "weighing",
    },
    "quote_received": _QUOTE | {"received", "deadline"},
    "quote_late": _QUOTE | {"received", "deadline"},
    "quote_withdrawn": _QUOTE | {"again_until"},
    "quote_deadline_extended": _QUOTE | {"earlier", "deadline", "quoted"},
    "competition_cancelled": _QUOTE | {"unopened"},
    "quote_chosen": _QUOTE | {"postcode_area"},
    "quote_regret": _QUOTE
    | {
        "winner_name",
        "place",
        "place_on_price",
        "quotes",
        "marks",
        "quality_points",
        "quality_weight",
    },
    "order_to_contractor": _EVERY
    | {
        "contractor_name",
        "order_number",
        "version",
        "works_title",
        "site_address",
        "postcode",
        "start_by",
        "complete_by",
        "total_pence",
    },
    "snags_to_contractor": _EVERY
    | {"contractor_name", "order_number", "site_address", "inspected_on", "snags", "clear_by"},
    "payment_to_contractor": _EVERY
    | {"contractor_name", "order_number", "invoice_number", "paid_pence", "paid_on"},
    "case_ended_to_contractor": _EVERY
    | {"contractor_name", "order_number", "works_title", "site_address", "ended_on"},
    "works_withdrawn_to_contractor": _EVERY | {"contractor_name", "works_title"},
    "approval_to_client": _EVERY
    | {
        "client_name",
        "works_title",
        "grant_pence",
        "contribution_pence",
        "contractor_name",
        "complete_by",
    },
    "refusal_to_client": _EVERY | {"client_name", "works_title"},
    "certificate_request_to_applicant": _EVERY
    | {"applicant_name", "works_title", "certificate", "reply_by"},
    "completion_to_client": _EVERY
    | {
        "client_name",
        "works_title",
        "contractor_name",
        "contractor_phone",
        "contractor_email",
        "certified_on",
        "defects_until",
    },
    "survey_to_client": _EVERY | {"client_name", "works_title", "reply_by"},
    "case_ended_to_client": _EVERY
    | {"recipient_name", "client_name", "works_title", "exit", "reason", "ended_on"},
    "consent_request_to_landlord": _EVERY
    | {"landlord_name", "client_name", "site_address", "works_title", "asked_for", "reply_by"},
    "reminder_to_contractor": _REMINDER | {"contractor_name"},
    "reminder_to_landlord": _REMINDER | {"landlord_name"},
    "alerts_digest": frozenset(
        {
            "authority_name",
            "person_name",
            "person",
            "today",
            "counted",
            "groups",
            "not_shown",
            "older",
        }
    ),
}

OF_MANY_CASES = frozenset({"alerts_digest", "reminder_to_contractor", "reminder_to_landlord"})
"""The messages that tell of as many cases as there are, one message a day."""
