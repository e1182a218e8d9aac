"""What every test may ask for: a fresh database, the folder of its state, a fixed instant.

Nothing here imports Prefect, which takes seconds; its harness belongs to ``tests/flows``. Neither
does a test of pure rules pay for a database: those are imported by the fixtures that need them.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from tests import postgres
from tests.ground import test_ground

TESTS = Path(__file__).parent
SHARED = ("flows", "pages")
ALONE = "journeys"
KEPT = "HANDRAIL_TEST_"
GROUND = pytest.StashKey[Path]()

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile(
    "ci",
    deadline=None,  # a shared machine stalls
    derandomize=True,  # the same commit gives the same answer
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Take the shared folder, and leave the caller's own settings and state out of the tests."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    ground = stack.enter_context(test_ground())
    if not hasattr(config, "workerinput"):  # pytest's first process, which outlives the workers
        stack.callback(_tidy, ground)
    config.stash[GROUND] = ground
    for name in [name for name in os.environ if name.startswith(("HANDRAIL_", "PREFECT_"))]:
        if not name.startswith(KEPT):
            del os.environ[name]
    os.environ["HANDRAIL_HOME"] = str(ground / "home")
    os.environ["PREFECT_HOME"] = str(ground / "prefect")


def _tidy(ground: Path) -> None:
    if any(ground.glob("*-postgresql")):
        from tests.databases import remove_templates

        remove_templates(ground)


def pytest_report_header() -> list[str]:
    """Say which databases the run uses."""
    return [f"databases: {postgres.described()}"]


@pytest.hookimpl(tryfirst=True)  # before pytest gives it the kinds of the fixture
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Leave a test marked ``sqlite`` there: others hold its statements on PostgreSQL."""
    marked = metafunc.definition.get_closest_marker("sqlite")
    if marked and "database_kind" in metafunc.fixturenames:
        kinds = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
        metafunc.definition.add_marker(kinds)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share one Prefect harness, or one browser, in one xdist worker.

    The journeys start services of their own: each file of them is kept together, no more.
    """
    for item in items:
        for shared in SHARED:
            if TESTS / shared in item.path.parents:
                item.add_marker(pytest.mark.xdist_group(shared))
        if TESTS / ALONE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(f"{ALONE} {item.path.stem}"))


def pytest_collection_finish() -> None:
    """Count what was imported as here for good: looking through it took a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(
    params=[pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in postgres.kinds()]
)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return the kind of database that this turn of the test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def ground(pytestconfig: pytest.Config) -> Path:
    """Return the folder that all processes of this test run share."""
    return pytestconfig.stash[GROUND]


@pytest.fixture
def now() -> datetime:
    """Return the instant that tests live at: a Monday, 10:00 in London."""
    return datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def database_url(
    database_kind: str, ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Give a fresh migrated database, and make it the one this process uses."""
    yield from _database(database_kind, ground, tmp_path, monkeypatch)


@pytest.fixture
def sqlite_url(ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a fresh migrated SQLite database, for what is the same on every database."""
    yield from _database("sqlite", ground, tmp_path, monkeypatch)


def _database(
    kind: str, ground: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    from adapters.settings import settings
    from tests.databases import fresh_database

    with ExitStack() as stack:
        try:
            url = stack.enter_context(fresh_database(kind=kind, ground=ground, folder=folder))
        except postgres.PostgresMissingError as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
        monkeypatch.setenv("HANDRAIL_DATABASE_URL", url)
        monkeypatch.setenv("HANDRAIL_HOME", str(folder))
        settings.cache_clear()
        stack.callback(settings.cache_clear)
        yield url
