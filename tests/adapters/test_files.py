"""Documents are kept whole under their own hash, or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files import Stored, read, store
from rules.errors import StorageError


def everything(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_bytes_lie_under_their_hash_and_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "documents"
    digest = hashlib.sha256(b"order").hexdigest()

    kept = store(folder=folder, data=b"order", suffix=".pdf")

    assert kept == Stored(path=f"{digest[:2]}/{digest[2:4]}/{digest}.pdf", sha256=digest, size=5)
    assert read(folder=folder, path=kept.path, sha256=kept.sha256) == b"order"
    assert everything(folder) == [folder / kept.path]
    assert (folder / kept.path).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


@given(data=st.binary(max_size=2_000))
def test_any_bytes_come_back(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-bytes"

    kept = store(folder=folder, data=data, suffix=".html")

    assert read(folder=folder, path=kept.path, sha256=kept.sha256) == data


def test_storing_again_changes_nothing(tmp_path: Path) -> None:
    first = store(folder=tmp_path, data=b"order", suffix=".pdf")
    before = (tmp_path / first.path).stat()

    assert store(folder=tmp_path, data=b"order", suffix=".pdf") == first
    after = (tmp_path / first.path).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_damaged_file_is_noticed_and_storing_again_mends_it(tmp_path: Path) -> None:
    kept = store(folder=tmp_path, data=b"order", suffix=".pdf")
    (tmp_path / kept.path).write_bytes(b"ord")

    with pytest.raises(StorageError, match=r"not the one that was stored.*backup"):
        read(folder=tmp_path, path=kept.path, sha256=kept.sha256)
    store(folder=tmp_path, data=b"order", suffix=".pdf")
    assert read(folder=tmp_path, path=kept.path, sha256=kept.sha256) == b"order"


def test_many_threads_may_store_the_same_bytes(tmp_path: Path) -> None:
    data = b"x" * 200_000
    threads = [
        threading.Thread(target=store, kwargs={"folder": tmp_path, "data": data, "suffix": ".pdf"})
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [path.read_bytes() for path in everything(tmp_path)] == [data]


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"cannot be read.*backup"):
        read(folder=tmp_path, path="aa/bb/none.pdf", sha256="0" * 64)


@pytest.mark.parametrize("path", ["../secret", "/etc/hostname", "aa/../../secret"])
def test_nothing_outside_the_folder_is_read(path: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "documents").mkdir()

    with pytest.raises(StorageError, match="not inside"):
        read(folder=tmp_path / "documents", path=path, sha256=hashlib.sha256(b"secret").hexdigest())


@pytest.mark.parametrize("suffix", ["pdf", ".", "./x", ".PDF", ".a/b", ".verylongsuffix"])
def test_a_suffix_is_a_suffix(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="suffix"):
        store(folder=tmp_path, data=b"x", suffix=suffix)


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "documents").write_bytes(b"a file stands in the way")

    with pytest.raises(StorageError, match=r"could not be stored.*tried again"):
        store(folder=tmp_path / "documents", data=b"x", suffix=".pdf")


FULL = """
import resource, signal, sys
from pathlib import Path
from adapters.files import store
from rules.errors import StorageError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    store(folder=Path(sys.argv[1]), data=b"x" * 100_000, suffix=".pdf")
except StorageError as error:
    print(error.text())
"""


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert "could not be stored" in said.stdout
    assert "Make room" in said.stdout
    assert everything(tmp_path) == []
