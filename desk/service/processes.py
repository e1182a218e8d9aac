"""The processes behind ``handrail up``: started, watched, started again, stopped, recognised.

A process is known by its id and the instant it started: an id alone may belong to a stranger.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from adapters.files import write_whole
from adapters.private import private_folder, private_opener

ROOT: Final = Path(__file__).resolve().parents[2]
BIGGEST_LOG: Final = 10_000_000  # bytes; a bigger log is set aside at the next start
HEALTHY_SECONDS: Final = 60.0  # after this long a fall is a first fall again
FIRST_WAIT: Final = 0.5  # seconds before a fallen process is started again; doubled each time
LONGEST_WAIT: Final = 30.0
POLL_SECONDS: Final = 0.05

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a process is recognised by.

    Args:
        name: What we call it.
        pid: Its process id.
        started: When it started, in the system's own words.
    """

    name: str
    pid: int
    started: str


def import_paths(given: str) -> str:
    """Return the ``PYTHONPATH`` of our processes: nothing of the folder that we were started in.

    Args:
        given: The ``PYTHONPATH`` we were given. What of it is relative leads into that folder too.
    """
    here = Path.cwd().resolve()
    kept = [
        path
        for path in given.split(os.pathsep)
        if Path(path).is_absolute() and here not in (Path(path).resolve() / "any").parents
    ]
    return os.pathsep.join([str(ROOT), *kept])


def started(pid: int) -> str | None:
    """Return when a process started, in the system's own words, or None if it is gone.

    Args:
        pid: The process id.
    """
    proc = Path("/proc")
    if (proc / "self" / "stat").exists():
        try:
            fields = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
            boot = (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return None
        after_name = fields.rpartition(")")[2].split()
        return None if after_name[0] == "Z" else f"{boot} {after_name[19]}"
    answer = subprocess.run(  # noqa: S603 - a number is the only argument
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or None


@dataclass(kw_only=True, slots=True)
class Child:
    """One process that is kept going.

    Args:
        name: ``server``, ``conductor``, ``desk`` or ``alarm``: what its log is called.
        module: What is run.
        what: What people call it, such as ``Prefect's server``.
        options: The module's options.
        home: The state folder, which it works in; whatever the settings name is absolute.
        environment: Its environment.
    """

    name: str
    module: str
    what: str
    options: Sequence[str]
    home: Path
    environment: Mapping[str, str]
    _process: subprocess.Popen[bytes] | None = None
    _falls: int = 0
    _began: float = 0.0
    _again_at: float | None = None

    @property
    def log(self) -> Path:
        """The file that it writes what it says to."""
        return self.home / "logs" / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """Its process id, or None before its first start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it, with its own session so that Ctrl-C reaches it only through us."""
        private_folder(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > BIGGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.old"))
        command = [sys.executable, "-P", "-m", "desk.service.launch", str(os.getpid())]
        paths = import_paths(self.environment.get("PYTHONPATH", ""))
        with open(self.log, "ab", opener=private_opener) as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [*command, self.module, *self.options],
                env={**self.environment, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"},
                cwd=self.home,  # Prefect reads settings from files where it is started
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._began = time.monotonic()
        self._again_at = None

    def fallen(self) -> int | None:
        """Return the exit status if it has ended by itself, else None."""
        return self._process.poll() if self._process else None

    def mark(self) -> Mark | None:
        """Return what it is recognised by, or None if it is not running."""
        if self._process is None or self._process.poll() is not None:
            return None
        since = started(self._process.pid)
        return Mark(self.name, self._process.pid, since) if since else None

    def keep_going(self, say: Say) -> bool:
        """Start it again if it has fallen and its wait is over. Returns whether it was started.

        Args:
            say: Told when it falls and when it is started again.
        """
        status = self.fallen()
        if status is None:
            return False
        now = time.monotonic()
        if self._again_at is None:
            self._falls = 1 if now - self._began > HEALTHY_SECONDS else self._falls + 1
            wait = min(FIRST_WAIT * 2 ** (self._falls - 1), LONGEST_WAIT)
            self._again_at = now + wait
            say(f"{self.what} {how_it_ended(status)}; starting it again in {wait:g} s ({self.log})")
        if now < self._again_at:
            return False
        self.start()
        say(f"{self.what} was started again (process {self.pid})")
        return True

    def stop(self, *, grace: float, hurry: Callable[[], bool]) -> bool:
        """Ask it to end, and end it if it does not. Returns whether it ended by itself.

        Args:
            grace: How long it is given, in seconds.
            hurry: Whether somebody has lost patience meanwhile.
        """
        if self._process is None or self._process.poll() is not None:
            return True
        self._process.terminate()
        until = time.monotonic() + grace
        while time.monotonic() < until and not hurry():
            if self._process.poll() is not None:
                return True
            time.sleep(POLL_SECONDS)
        self._process.kill()
        self._process.wait()
        return False

    def last_words(self, *, lines: int = 8) -> str:
        """Return the end of its log.

        Args:
            lines: How many lines.
        """
        try:
            text = self.log.read_bytes()[-8000:].decode("utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


def how_it_ended(status: int) -> str:
    """Say an exit status in words.

    Args:
        status: As ``subprocess`` gives it; negative for a signal.
    """
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended by itself with status {status}"


def write_marks(*, file: Path, children: Sequence[Child]) -> None:
    """Write down which processes are ours, for whoever comes after us.

    Args:
        file: Where.
        children: The processes.
    """
    marks = [asdict(mark) for child in children if (mark := child.mark())]
    write_whole(target=file, data=json.dumps(marks).encode())


def stop_left_behind(*, file: Path, say: Say, grace: float = 3.0) -> None:
    """Stop processes that an earlier ``up`` started and could not stop; never anybody else's.

    Args:
        file: What that ``up`` wrote down.
        say: Told of each one stopped.
        grace: How long each is given, in seconds.
    """
    try:
        marks = [Mark(**mark) for mark in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return
    for mark in marks:
        if started(mark.pid) != mark.started:
            continue
        say(f"Stopping the {mark.name} that an earlier `handrail up` left (process {mark.pid})")
        os.kill(mark.pid, signal.SIGTERM)
        until = time.monotonic() + grace
        while started(mark.pid) == mark.started:
            if time.monotonic() > until:
                os.kill(mark.pid, signal.SIGKILL)
            time.sleep(POLL_SECONDS)
    file.unlink(missing_ok=True)
