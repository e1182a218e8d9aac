"""Prices, offers, grants, orders and payments broken on purpose."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import CLOSED, ENDED, ORDERED, PAID, Break
from tests.small_service import ADA, FINN, TESS

MONEY: Final = (
    Break(
        CLOSED,
        "The total of tender 1, £1,700.01, is not its net and its VAT.",
        "UPDATE price SET total_pence = total_pence + 1 WHERE $case AND kind = 'tender'",
    ),
    Break(
        CLOSED,
        "The net of tender 1 is not the sum of its lines.",
        "UPDATE price_line SET net_pence = net_pence + 1 WHERE $tender",
    ),
    Break(
        CLOSED,
        "The VAT of tender 1 is not the sum of its lines.",
        "UPDATE price_line SET vat_pence = 20 WHERE $tender",
    ),
    Break(
        CLOSED,
        "The VAT of line 1 of tender 1 is not its net × 0.20.",
        "UPDATE price_line SET vat_rate = '0.20' WHERE $tender",
    ),
    Break(
        CLOSED,
        "Line 1 of tender 1 has VAT at 0 with no declaration held.",
        """UPDATE price SET basis = '{"vat_declaration": false}' WHERE $case AND kind = 'tender'""",
    ),
    Break(
        ORDERED,
        "2 offers are out or accepted at once; one is right.",
        "INSERT INTO offer SELECT * FROM offer WHERE $case",
    ),
    Break(
        ORDERED,
        "The offer to AVON is not at that contractor's price for the case.",
        "UPDATE offer SET net_pence = net_pence - 1 WHERE $case",
    ),
    Break(
        ORDERED,
        "The offer to AVON is at a price for the contracting party client; the case says council.",
        "UPDATE \"case\" SET contracting_party = 'council' WHERE reference = $reference",
    ),
    Break(
        ORDERED,
        "The offer to AVON is accepted, and whether it was answered says otherwise.",
        "UPDATE offer SET answered_at = NULL WHERE $case",
    ),
    Break(
        ORDERED,
        "The offer to AVON is not one turn of lot SHOWERS at its net value.",
        "DELETE FROM turn WHERE $offer",
    ),
    Break(
        "contractor AVON",
        "Document 9 (ssip) was checked, and the register holds none from its first day.",
        "INSERT INTO handed_document (id, contractor, document, reference, valid_from, valid_to, "
        "name, mime, path, sha256, size, handed_by, handed_at, state, looked_at) SELECT 9, 'AVON', "
        "'ssip', '', '2031-01-01', '2031-12-31', 'a.pdf', 'application/pdf', '', '', 1, 'AVON', "
        "offered_at, 'checked', offered_at FROM offer WHERE $case",
    ),
    Break(
        ORDERED,
        "AVON was offered works, and was not found eligible.",
        "UPDATE offer SET eligibility = '[]' WHERE $case",
    ),
    Break(
        ORDERED,
        "A turn of lot BUILD is counted against AVON for an offer outside that lot.",
        "UPDATE turn SET lot = 'BUILD' WHERE $offer",
    ),
    Break(
        ORDERED,
        "The grant of £1,600.00 is not within the maximum of £1,000.00 (s.33(4)).",
        "UPDATE approval SET maximum_pence = 100000 WHERE $case",
    ),
    Break(
        ORDERED,
        "The grant of £1,600.01 is not reckoned of expense, maximum, contribution and what others "
        "put in, in the order of its decision.",
        "UPDATE approval SET grant_pence = grant_pence + 1 WHERE $case",
    ),
    Break(
        ORDERED,
        "Others put in £1,600.01, and the expense is £1,600.00.",
        "UPDATE approval SET funders_pence = 160001 WHERE $case",
    ),
    Break(
        ORDERED,
        "The top-up of £0.01 is more than the grant leaves to find.",
        "UPDATE approval SET top_up_pence = 1 WHERE $case",
    ),
    Break(
        ORDERED,
        "The waterfall of the grant is wrong: it gives £1,600.00 for the works, and £1,599.99 is "
        "kept.",
        "UPDATE approval SET works_pence = works_pence - 1 WHERE $case",
    ),
    Break(
        ORDERED,
        "The waterfall of the grant is wrong: it cannot be read.",
        "UPDATE approval SET waterfall = '[1]' WHERE $case",
    ),
    Break(
        ORDERED,
        "The waterfall of the grant is wrong: its part “cost” does not end in one total.",
        """UPDATE approval SET waterfall = '[{"part": "grant", "kind": "total", "label": "x", """
        """"amount_pence": 0, "running_pence": 0, "basis": ""}]' WHERE $case""",
    ),
    Break(
        "budget of WDC",
        "£0.05 is committed in 2026; the grants approved in it come to £0.00.",
        "UPDATE budget SET committed_pence = 5 WHERE authority = 'WDC'",
    ),
    Break(
        "budget of WDC",
        "£0.05 is committed in 2026 of a budget of £0.01.",
        "UPDATE budget SET committed_pence = 5, amount_pence = 1 WHERE authority = 'WDC'",
    ),
    Break(
        ORDERED,
        "The grant is committed in 2026, and there is no budget for that year.",
        "DELETE FROM budget WHERE authority = 'RBC'",
    ),
    Break(
        ORDERED,
        f"{TESS} decided the grant after “direct” on the same case; two people are needed.",
        "UPDATE approval SET decided_by = 'tess@rbc.example' WHERE $case",
    ),
    Break(
        ORDERED,
        f"The grant of £1,600.00 is above the delegated limit of {ADA}.",
        "UPDATE officer SET approval_limit_pence = 159999 WHERE email = 'ada@rbc.example'",
    ),
    Break(
        ORDERED,
        f"The grant of £1,600.00 is above the delegated limit of {ADA}.",
        "UPDATE officer SET approval_limit_pence = NULL WHERE email = 'ada@rbc.example'",
    ),
    Break(
        "contractor AVON",
        "Avon Access Ltd has accepted works of £1,600.00 not yet complete (orders: 1), above its "
        "capacity.",
        "UPDATE contractor SET capacity_orders = 0 WHERE code = 'AVON'",
    ),
    Break(
        "contractor AVON",
        "Avon Access Ltd has accepted works of £1,600.00 not yet complete (orders: 1), above its "
        "capacity.",
        "UPDATE contractor SET capacity_value_pence = 159999 WHERE code = 'AVON'",
    ),
)

ORDERS: Final = (
    Break(
        ORDERED,
        "2 work orders are in force at once; one is right.",
        "INSERT INTO work_order SELECT * FROM work_order WHERE $case",
    ),
    Break(
        ORDERED,
        "$number was raised without an approved grant on the case (s.29).",
        "UPDATE approval SET outcome = 'refused' WHERE $case",
    ),
    Break(
        ORDERED,
        "$number was raised before the grant was approved on 2 June 2026 (s.29).",
        "UPDATE approval SET decided_on = '2026-06-02' WHERE $case",
    ),
    Break(
        ORDERED,
        "$number orders works for £1,600.00, with £0.00 done before; £1,599.99 were approved.",
        "UPDATE approval SET works_pence = works_pence - 1 WHERE $case",
    ),
    Break(
        ORDERED,
        "$number is in force, and its offer is declined.",
        "UPDATE offer SET status = 'declined' WHERE $case",
    ),
    Break(
        ORDERED,
        "$number to CEDAR differs from the offer that was accepted.",
        "UPDATE work_order SET contractor = 'CEDAR' WHERE $case",
    ),
    Break(
        ORDERED,
        "$number was sent, and its document, version 1, is not on record.",
        "DELETE FROM document WHERE $case AND kind = 'work_order'",
    ),
    Break(
        ORDERED,
        "$number was sent with 0 messages to its contractor; one is right.",
        "DELETE FROM outbox WHERE key = 'DFG-2:order_to_contractor:$number:1'",
    ),
    Break(
        ORDERED,
        "$number was sent with 2 messages to its contractor; one is right.",
        "INSERT INTO outbox SELECT * FROM outbox WHERE key = 'DFG-2:order_to_contractor:$number:1'",
    ),
    Break(
        ORDERED,
        "Message DFG-2:order_to_contractor:$number:1 sends a work order that was never raised.",
        "UPDATE work_order SET number = 'WO-1' WHERE $case",
    ),
    Break(
        ORDERED,
        "Step “order” is done, and no work order is sent.",
        "UPDATE work_order SET status = 'raised' WHERE $case",
    ),
    Break(
        PAID,
        "Step “works” is done, and no work order is complete.",
        "UPDATE work_order SET status = 'sent' WHERE $case",
    ),
    Break(
        PAID,
        "Step “sign-off” is done, and no work order is certified.",
        "UPDATE work_order SET status = 'complete' WHERE $case",
    ),
)

PAYMENTS: Final = (
    Break(
        PAID,
        "A payment was made on invoice INV-DFG-6, which is queried.",
        "UPDATE invoice SET status = 'queried' WHERE $order",
    ),
    Break(
        PAID,
        "Invoice INV-DFG-6 is released, and no payment is on record.",
        "DELETE FROM payment WHERE $invoice",
    ),
    Break(
        PAID,
        "Step “pay” is done, and no payment is on record.",
        "DELETE FROM payment WHERE $invoice",
    ),
    Break(
        PAID,
        "£1,550.00 were paid for $number, which is not complete, of a grant of £1,550.00: more "
        "than nine tenths (s.35(3)).",
        "UPDATE work_order SET status = 'complete' WHERE $case",
    ),
    Break(
        PAID,
        "£3,100.00 was paid for $number and £0.00 set off; the lines paid come to £1,550.00.",
        "INSERT INTO payment SELECT * FROM payment WHERE $invoice",
    ),
    Break(
        PAID,
        "£1,550.01 were paid on invoice INV-DFG-6, and the lines paid come to £1,550.00.",
        "UPDATE payment SET amount_pence = amount_pence + 1 WHERE $invoice",
    ),
    Break(
        PAID,
        "£1,550.01 were paid on invoice INV-DFG-6 of £1,550.00.",
        "DELETE FROM payment_line WHERE $invoice; "
        "UPDATE payment SET amount_pence = amount_pence + 1 WHERE $invoice",
    ),
    Break(
        PAID,
        "Line A of $number was paid before it was found done (s.37(4)).",
        "DELETE FROM inspection WHERE $order; "
        "UPDATE work_order SET status = 'complete' WHERE $case",
    ),
    Break(
        PAID,
        "£1,550.01 were paid for $number of £1,550.00.",
        "UPDATE invoice SET total_pence = total_pence + 1, line_vat = NULL WHERE $order; "
        "UPDATE payment_line SET vat_pence = vat_pence + 1 WHERE $invoice; "
        "UPDATE payment SET amount_pence = amount_pence + 1 WHERE $invoice",
    ),
    Break(
        PAID,
        f"{FINN} recorded invoice INV-DFG-6 and released it; two people are needed.",
        "UPDATE invoice SET recorded_by = 'finn@rbc.example' WHERE $order",
    ),
    Break(
        PAID,
        f"{TESS} recorded “certify” and released invoice INV-DFG-6; two people are needed.",
        "UPDATE payment SET released_by = 'tess@rbc.example' WHERE $invoice",
    ),
)

PAYERS: Final = (
    Break(
        ORDERED,
        "$number is in force, and £0.01 of its cost is covered by nobody.",
        "UPDATE approval SET grant_pence = grant_pence - 1 WHERE $case",
    ),
    Break(
        PAID,
        "£1,550.00 were released for $number; the grant and what else is held come to £1,549.99.",
        "UPDATE approval SET grant_pence = grant_pence - 1 WHERE $case",
    ),
    Break(
        PAID,
        "£1,550.00 were released for $number; the grant and all that others were to pay come to "
        "£1,549.99.",
        "UPDATE payment SET direct_pence = NULL WHERE $invoice; "
        "UPDATE approval SET grant_pence = grant_pence - 1 WHERE $case",
    ),
)

ENDED_ORDERS: Final = (
    Break(
        ENDED,
        "$number is to be complete by 2027-05-01; the time last allowed runs to 2027-04-11.",
        "UPDATE work_order SET complete_by = '2027-05-01' WHERE $case",
    ),
    Break(
        ENDED,
        "$number was ended with what was done, and it is sent.",
        "UPDATE work_order SET status = 'sent' WHERE $case",
    ),
    Break(
        ENDED,
        "Line 1 of $number is valued at £180.01; £180.00 was ordered.",
        "UPDATE valued_line SET net_pence = 18001 WHERE $order AND line = 1",
    ),
    Break(
        ENDED,
        "Line 1 of $number is valued, and is not as it was ordered.",
        "UPDATE valued_line SET ordered_pence = 18001 WHERE $order AND line = 1",
    ),
    Break(
        ENDED,
        "$number was ended at £105.00, and its lines do not come to that.",
        "DELETE FROM valued_line WHERE $order AND line = 2",
    ),
    Break(
        ENDED,
        "£105.01 were paid for $number, which was ended at £105.00.",
        "UPDATE payment SET amount_pence = amount_pence + 1 WHERE $invoice",
    ),
    Break(
        ENDED,
        "£105.00 were released for what was done of $number; the grant pays, and else is held, "
        "£104.99 of it.",
        "UPDATE order_ending SET grant_pence = grant_pence - 1 WHERE $order",
    ),
)
