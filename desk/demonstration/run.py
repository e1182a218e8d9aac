"""`handrail demo`: the service started on a fresh folder, lived in, and stopped.

The clock is a file that only the demo's own processes read; when the demo is over, or was killed,
the same folder goes on by the real clock.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path
from threading import Thread

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from adapters.locks import only_one
from adapters.settings import settings
from desk.demonstration.ending import show_ending, show_links
from desk.demonstration.life import Life
from desk.demonstration.script import FIRST_DAY, LAST_DAY
from desk.output import out, say
from desk.service.state_folder import open_folder
from desk.service.up import Service
from rules.errors import BrokenStateError, HandrailError, InvalidDecisionError
from rules.sentences import several
from services.people.demo_home import MARK
from services.session import dispose, reading, writing


def demo(*, seed: int, again: bool, until: date | None = None) -> None:
    """Live through the demo on the state folder in force.

    Args:
        seed: What chance starts from.
        again: Start over where an earlier demo lived.
        until: The last day to live through; the whole demo if left out. The days before it are
            the same however long the demo is.

    Raises:
        InvalidDecisionError: The demo does not live on that day.
        BrokenStateError: The folder holds a database already.
        HandrailError: Something the demo asked for was refused: a fault in the demo.
    """
    began = time.monotonic()
    last_day = _last_day(until)
    home = settings().resolved_home
    open_folder(home=home)
    _make_room(home, again=again)
    (home / MARK).write_text("This folder was made by `handrail demo`.\n", encoding="ascii")
    url = settings().resolved_database_url
    say(f"Living through {FIRST_DAY:%-d %B} to {last_day:%-d %B %Y} in {home}")
    _run(url, home=home, seed=seed, last_day=last_day)
    with reading() as conn:
        show_ending(conn, home=home, took=time.monotonic() - began)
    with writing() as conn:
        show_links(conn)


def _last_day(until: date | None) -> date:
    if until is None:
        return LAST_DAY
    if not FIRST_DAY <= until <= LAST_DAY:
        raise InvalidDecisionError(
            f"The demo does not live on {until:%-d %B %Y}.",
            next_step=f"Give a day from {FIRST_DAY} to {LAST_DAY}, or leave --until out.",
        )
    return until


def _make_room(home: Path, *, again: bool) -> None:
    """Refuse a folder that holds somebody's work; empty one that an earlier demo made.

    Raises:
        BrokenStateError: There is a database that no demo made, or no leave to start over.
    """
    if settings().database_url:
        raise BrokenStateError(
            "HANDRAIL_DATABASE_URL is set, and the demo does not live in somebody's database.",
            next_step="Unset it; the demo makes its own in HANDRAIL_HOME.",
        )
    if not (home / "handrail.db").exists():
        return
    if not (home / MARK).exists():
        raise BrokenStateError(
            f"{home} holds a Handrail service already.",
            why="The demo starts on a folder of its own.",
            next_step="Set HANDRAIL_HOME to another folder for the demo.",
        )
    if not again:
        raise BrokenStateError(
            f"A demo has lived in {home} already.",
            next_step="`handrail up` opens what it left; `handrail demo --again` starts over.",
        )
    _empty(home)


def _empty(home: Path) -> None:
    with only_one(file=home / "up.lock", what="`handrail up`", next_step="Stop it first."):
        dispose()
        for entry in home.iterdir():
            if entry.name == "up.lock":
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _run(url: str, *, home: Path, seed: int, last_day: date) -> None:
    """Start the service, live, and stop it; what went wrong while living is raised here."""
    faults: list[BaseException] = []
    with _living_by(home / "demo.clock") as clock_file, _progress(last_day) as on_day:
        life = Life(
            url=url,
            folder=Path(str(files("deployments") / "sample")),
            clock_file=clock_file,
            seed=seed,
            last_day=last_day,
            on_day=on_day,
        )
        life.begin()
        dispose()  # the service reads the file itself next, which would lose our locks on it
        service = Service(settings(), say=lambda _words: None, with_desk=False)
        living = Thread(target=_guarded, args=(life.live, faults, service.stop), daemon=True)
        with only_one(file=home / "up.lock", what="`handrail up`", next_step="Stop it first."):
            service.run(living.start)
    if faults:
        raise faults[0]
    if living.is_alive():
        raise HandrailError(
            "The demo was stopped half-way.",
            next_step="`handrail up` goes on from here; `handrail demo --again` starts over.",
        )


@contextmanager
def _living_by(clock_file: Path) -> Iterator[Path]:
    """Have this process and those it starts live by a clock in a file."""
    os.environ["HANDRAIL_CLOCK_FILE"] = str(clock_file)
    settings.cache_clear()
    yield clock_file
    clock_file.unlink(missing_ok=True)
    del os.environ["HANDRAIL_CLOCK_FILE"]
    settings.cache_clear()


@contextmanager
def _progress(last_day: date) -> Iterator[Callable[[date, int, int], None]]:
    """Show how far the demo is; gives what is to be called with each day that is over."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=out
    ) as progress:
        bar = progress.add_task("Starting Prefect's server and the conductor", total=None)

        def on_day(day: date, arrived: int, decisions: int) -> None:
            progress.update(
                bar,
                total=(last_day - FIRST_DAY).days,
                completed=(day - FIRST_DAY).days,
                description=f"{day:%a %-d %b %Y} · {several(arrived, 'case')} · "
                f"{several(decisions, 'decision')}",
            )

        yield on_day


def _guarded(
    live: Callable[[], None], faults: list[BaseException], finish: Callable[[], None]
) -> None:
    try:
        live()
    except BaseException as error:  # noqa: BLE001 - raised again in the main thread
        faults.append(error)
    finally:
        finish()
