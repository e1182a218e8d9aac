"""The tests of one file of journeys stay in one worker, so that each sets up its service once."""

from __future__ import annotations

import os

import pytest


@pytest.mark.skipif(not os.environ.get("PYTEST_XDIST_WORKER"), reason="one process has no groups")
def test_the_group_of_a_file_is_in_the_name_that_xdist_reads(
    request: pytest.FixtureRequest,
) -> None:
    assert request.node.nodeid.endswith("@journeys test_together")
