"""What the outbox keeps of the messages: whatever their templates print, and no more.

A contractor learns the client's name and address from the work order, never from an offer; a
contractor who did not win learns nothing of other prices; a landlord learns nothing of money.
"""

from collections.abc import Mapping
from typing import Final

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

ONCE_SENT: Final = {"link": "(sent)"}
"""What stands for a value in the outbox once the message has left: whoever has it may come in."""
