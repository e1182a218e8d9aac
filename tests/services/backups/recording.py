"""A process that records decisions, one after the other, and says each that is committed.

``python -m tests.services.backups.recording REFERENCE``, on the database of its environment, until
its standard input is closed.
"""

from __future__ import annotations

import sys
from datetime import date
from itertools import count
from threading import Thread

from services.pricing.vat import RecordDeclaration
from services.session import database_url
from tests.factories import decide
from tests.small_service import OTTO

if __name__ == "__main__":
    waiting = Thread(target=sys.stdin.read)
    waiting.start()
    for number in count(1):
        signed = RecordDeclaration(date(2026, 5, 20), f"D-{number}")
        decide(database_url(), sys.argv[1], signed, by=OTTO)
        sys.stdout.write(f"D-{number}\n")
        sys.stdout.flush()
        if not waiting.is_alive():
            break
