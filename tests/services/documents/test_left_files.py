"""Files of invoices that were read, and of which nobody recorded an invoice."""

from __future__ import annotations

from models.tables.files import ReceivedDocument
from services.documents.left_files import withdraw_left_files
from tests.desk.payments.test_invoice_files import SOUND, carried, sent
from tests.desk.web.desk import Desk
from tests.einvoices import ubl
from tests.factories import case_at, later
from tests.looking import rows
from tests.services.orders.varied import sound
from tests.small_service import TESS


def test_a_file_of_which_no_invoice_is_recorded_is_withdrawn_after_a_week(url: str) -> None:
    recorded, left = case_at(url, "pay", route="call_off"), "DFG-2"
    case_at(url, "pay", route="call_off", reference=left)
    desk = Desk(TESS)
    for reference in (recorded, left):
        path = f"/cases/{reference}/invoice-file"
        token = {"csrf": carried(desk.get(path))["csrf"]}
        read = desk.post(path, data=token, files=sent(ubl(SOUND)))
        typed = carried(read) | {"reason": "Received as a file", "do": "record"}
        if reference == recorded:
            answer = desk.post(f"/cases/{reference}/decide/invoice", data=typed)
            assert answer.status_code == 303
    later(days=6)
    assert withdraw_left_files() == 0
    later(days=2)
    assert withdraw_left_files() == 1
    assert withdraw_left_files() == 0
    assert [row["withdrawn"] for row in rows(url, ReceivedDocument)] == [False, True]
    assert not [one for one in sound(url) if "received_document" in one]
