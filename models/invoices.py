"""What an entry of an invoice is called in a question, as ``entry_words`` says it."""

from typing import Final

from sqlalchemy import Text, case, cast

from models.tables.works import Invoice

CALLED: Final = case(
    (Invoice.entry == 1, Invoice.number),
    else_=Invoice.number + " (" + cast(Invoice.entry, Text) + ")",
)
"""What the clocks of an invoice are named by."""
