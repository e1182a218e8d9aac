"""A service with one case at each gate, named after its step, for tests of what may be decided."""

from __future__ import annotations

from typing import Final

import pytest

from tests.factories import case_at

CASES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "SPECIFY": ("specify", {}),
    "PRICE": ("price", {"route": "call_off"}),
    "TENDER": ("tender", {}),
    "QUOTES": ("tender", {"route": "quotes"}),
    "CONSENT": ("consent", {"tenure": "private_tenant"}),
    "CERTIFICATES": ("certificates", {"tenure": "private_tenant"}),
    "APPROVE": ("approve", {}),
    "ASSIGN": ("assign", {}),
    "WORKS": ("works", {}),
    "SIGN-OFF": ("sign-off", {"route": "call_off"}),
    "PAY": ("pay", {}),
    "AFTERCARE": ("aftercare", {}),
}
"""Each case with the step it stands at and how it was opened."""


@pytest.fixture
def gates(sqlite_service: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the small service with its cases at every gate, and a wide screen."""
    monkeypatch.setenv("COLUMNS", "300")
    for reference, (step, particulars) in CASES.items():
        case_at(sqlite_service, step, reference=reference, **particulars)
    return sqlite_service
