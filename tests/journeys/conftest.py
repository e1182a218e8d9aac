"""The small service, for journeys that need no `handrail up`, and a chance that can be repeated."""

from __future__ import annotations

import os
import random
import secrets
import time

import pytest

from tests.journeys.gates import gates
from tests.served import sqlite_service

__all__ = ["Chance", "chance", "gates", "sqlite_service"]


class Chance(random.Random):
    """Chooses when something is killed, and says so for whoever has to look into it."""

    def wait(self, longest: float, *, then: str) -> None:
        """Let up to so many seconds pass."""
        seconds = self.uniform(0, longest)
        print(f"{then} after {seconds:.3f} s")  # noqa: T201 - pytest shows it with a failure
        time.sleep(seconds)


@pytest.fixture
def chance() -> Chance:
    """Give a seeded chance; HANDRAIL_TEST_SEED repeats one."""
    seed = int(os.environ.get("HANDRAIL_TEST_SEED") or secrets.randbits(32))
    print(f"HANDRAIL_TEST_SEED={seed}")  # noqa: T201 - pytest shows it with a failure
    return Chance(seed)
