"""What somebody hands in: a picture or a PDF, known by its content, and safe to keep and to show.

A picture is drawn anew, so that it holds nothing but what one sees: no place, no camera, no words.
A PDF stays as it came, byte for byte, for a signature may rest on it; one that is damaged, locked,
or would run something is refused.
"""

import re
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Any, Final

import pikepdf
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from rules.errors import InvalidDocumentError

MOST_PIXELS: Final = 80_000_000
"""Pixels of a picture: more than a telephone takes, and no more memory than a machine has."""

MOST_UNPACKED: Final = 100_000_000
"""Bytes that a PDF's own lists may unpack to."""

_PDF_HEAD: Final = b"%PDF-"
_ALONE: Final = Lock()
_PICTURES: Final = ("JPEG", "PNG", "WEBP")
_TAKEN: Final = "Hand in a PDF, or a picture as JPEG, PNG or WebP."
_RUNS: Final = frozenset({"/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute"})
_HIDES: Final = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/RichMedia", "/XFA"})
_LISTS: Final = re.compile(
    rb"<<((?:(?!endobj|stream\r?\n).){0,400}?/(?:ObjStm|XRef)\b(?:(?!endobj).){0,400}?)>>\s*"
    rb"stream\r?\n",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that may be kept.

    Args:
        data: The bytes to keep.
        mime: What they are.
        suffix: The ending of a file of them.
        longer_side: Pixels of a picture's longer side; 0 for what is none.
    """

    data: bytes
    mime: str
    suffix: str
    longer_side: int = 0


def checked(data: bytes, *, most_bytes: int) -> Checked:
    """Return a document as it may be kept, by what it holds and not by how it is called.

    Raises:
        InvalidDocumentError: It is empty, too large, of another type, damaged, or would run
            something.
    """
    if not data:
        raise InvalidDocumentError("The file is empty.", next_step=_TAKEN)
    if len(data) > most_bytes:
        raise InvalidDocumentError(
            f"The file has {len(data) / 1e6:.1f} MB, and a document at most {most_bytes / 1e6:g}.",
            next_step="Hand it in in parts, or with smaller pictures.",
        )
    return _pdf(data) if data.lstrip()[:5] == _PDF_HEAD else _picture(data)


def checked_invoice(data: bytes, *, most_bytes: int) -> Checked:
    """Return an invoice that was read from a structured file, as it may be kept: as it came.

    Its XML was read before this; a PDF may hold it as a file, and still may run nothing.

    Raises:
        InvalidDocumentError: It is empty, too large, damaged, or would run something.
    """
    if not data or len(data) > most_bytes:
        return checked(data, most_bytes=most_bytes)
    if data.lstrip()[:5] == _PDF_HEAD:
        return _pdf(data, may_hold_files=True)
    return Checked(data, "application/xml", ".xml")


# ---- pictures


def _picture(data: bytes) -> Checked:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we count ourselves
            found = Image.open(BytesIO(data), formats=_PICTURES)
        with found, _to_its_end():
            return _drawn_anew(found)
    except Image.DecompressionBombError as error:
        raise _too_wide("far too many") from error
    except UnidentifiedImageError as error:
        raise InvalidDocumentError(
            "The file is neither a PDF nor a picture that is taken.",
            why="What it holds counts, not how it is called: a drawing as SVG, a page or a script "
            "may run something.",
            next_step=_TAKEN,
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidDocumentError(
            "The picture is damaged.", why="It cannot be read to its end.", next_step=_TAKEN
        ) from error


@contextmanager
def _to_its_end() -> Iterator[None]:
    """Have Pillow refuse a picture that ends too early.

    WeasyPrint, wherever it is imported, switches that off for the whole process.
    """
    with _ALONE:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _too_wide(pixels: str) -> InvalidDocumentError:
    return InvalidDocumentError(
        f"The picture has {pixels} pixels.",
        why=f"{MOST_PIXELS:,} are the most that one may have.",
        next_step="Hand it in smaller.",
    )


def _drawn_anew(found: Image.Image) -> Checked:
    if found.width * found.height > MOST_PIXELS:
        raise _too_wide(f"{found.width} × {found.height}")
    upright = ImageOps.exif_transpose(found)
    photograph = found.format == "JPEG"
    mode = "RGB" if photograph else "RGBA" if upright.has_transparency_data else "RGB"
    fresh = Image.new(mode, upright.size)
    fresh.paste(upright.convert(mode))
    out = BytesIO()
    if photograph:
        fresh.save(out, "JPEG", quality=90)
        return Checked(out.getvalue(), "image/jpeg", ".jpg", max(fresh.size))
    fresh.save(out, "PNG")
    return Checked(out.getvalue(), "image/png", ".png", max(fresh.size))


# ---- PDF


def _pdf(data: bytes, *, may_hold_files: bool = False) -> Checked:
    if _swells(data):
        raise InvalidDocumentError(
            "The PDF unpacks to more than any document holds.", next_step=_TAKEN
        )
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as found:
            pages = len(found.pages)
            why = next(_would_run(found, may_hold_files=may_hold_files), "")
    except pikepdf.PasswordError as error:
        raise InvalidDocumentError(
            "The PDF is locked with a password.", next_step="Hand it in without one."
        ) from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise InvalidDocumentError(
            "The PDF is damaged.",
            why="It cannot be read to its end.",
            next_step="Save or print it as a PDF again, and hand that in.",
        ) from error
    if why or not pages:
        raise InvalidDocumentError(
            f"The PDF {why}." if why else "The PDF has no page.",
            why="It may do something on the machine of whoever opens it." if why else "",
            next_step="Print it as a PDF, and hand that in.",
        )
    return Checked(data, "application/pdf", ".pdf")


def _would_run(found: pikepdf.Pdf, *, may_hold_files: bool) -> Iterator[str]:
    """Yield what a PDF would do or hides, in words."""
    for item in found.objects:
        for held in _inside(item):
            keys = set(held.keys())
            if str(held.get("/S", "")) in _RUNS or keys & {"/JS", "/JavaScript"}:
                yield "runs a script or a program"
            elif may_hold_files and not keys & (_HIDES - {"/EmbeddedFiles"}):
                continue
            elif keys & _HIDES or str(held.get("/Type", "")) == "/EmbeddedFile":
                yield "holds other files or a form that runs"


def _inside(item: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the dictionaries written within an object; what it points at is an object itself."""
    if depth > 0 and getattr(item, "is_indirect", False):
        return
    if depth > 50:  # nobody writes so deep
        raise ValueError(item)
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        yield item
        inner = [value for _, value in item.items()]
    else:
        inner = list(item) if isinstance(item, pikepdf.Array) else []
    for value in inner:
        if isinstance(value, pikepdf.Object):
            yield from _inside(value, depth + 1)


def _swells(data: bytes) -> bool:
    """Say whether the lists of a PDF's objects, which are unpacked at once, unpack to too much."""
    left = MOST_UNPACKED
    for found in _LISTS.finditer(data):
        if found[1].count(b"FlateDecode") > 1 or b"LZWDecode" in found[1]:
            return True
        try:
            unpacked = zlib.decompressobj().decompress(data[found.end() :], left)
        except zlib.error:
            continue  # not packed so; the reader says whether it is damaged
        left -= len(unpacked)
        if left <= 0:
            return True
    return False


def joined(pdfs: Sequence[bytes]) -> bytes:
    """Return PDFs of our own as one, in their order; the same ones always give the same bytes."""
    whole, out = pikepdf.new(), BytesIO()
    for pdf in pdfs:
        with pikepdf.open(BytesIO(pdf)) as part:
            whole.pages.extend(part.pages)
    whole.save(out, deterministic_id=True)
    return out.getvalue()


def pages_in(pdf: bytes) -> int:
    """Return how many pages a PDF of our own has."""
    with pikepdf.open(BytesIO(pdf)) as found:
        return len(found.pages)
