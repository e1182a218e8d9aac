"""What is handed in is known by its content: drawn anew, kept as it came, or refused in words."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image

from adapters.received import checked
from rules.errors import InvalidDocumentError

MOST = 20_000_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str, *, size: tuple[int, int] = (40, 20), **saved: Any) -> bytes:
    """Return a picture, red on its left half and blue on its right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = BytesIO()
    image.save(out, kind, **saved)
    return out.getvalue()


def pdf(**root: Any) -> bytes:
    """Return a PDF of one page, with more in its catalogue."""
    out = BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    for name, value in root.items():
        made.Root[f"/{name}"] = made.make_indirect(value)
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def refused(data: bytes, most: int = MOST) -> str:
    with pytest.raises(InvalidDocumentError) as error:
        checked(data, most_bytes=most)
    return error.value.text()


def test_a_photograph_loses_its_place_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "14 Hill Road"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 0.0)  # where it was taken
    taken = picture("JPEG", exif=exif, comment=b"at 14 Hill Road")
    assert b"Hill Road" in taken
    kept = checked(taken, most_bytes=MOST)
    assert (kept.mime, kept.suffix) == ("image/jpeg", ".jpg")
    assert b"Hill Road" not in kept.data
    with Image.open(BytesIO(kept.data)) as found:
        assert found.size == (20, 40), "it stands as it was held"
        assert not found.getexif()
        red, _, blue = found.convert("RGB").getpixel((10, 5))  # type: ignore[misc]  # three numbers
        assert red > blue


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_drawing_keeps_its_every_point(kind: str) -> None:
    kept = checked(picture(kind, lossless=True), most_bytes=MOST)
    assert (kept.mime, kept.suffix) == ("image/png", ".png")
    with Image.open(BytesIO(kept.data)) as found:
        assert found.getpixel((1, 1)) == (255, 0, 0)


def test_a_pdf_is_kept_as_it_came_byte_for_byte() -> None:
    held = pdf()
    kept = checked(held, most_bytes=MOST)
    assert (kept.data, kept.mime) == (held, "application/pdf")


@pytest.fixture
def beside_weasyprint() -> None:
    """Import what draws PDFs: it lets Pillow take pictures that end too early."""
    import weasyprint

    assert weasyprint.images.ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.usefixtures("beside_weasyprint")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (SVG, "neither a PDF nor a picture"),
        (b"#!/bin/sh\nrm -rf ~\n", "neither a PDF nor a picture"),
        (b"<html><script>alert(1)</script>", "neither a PDF nor a picture"),
        (b"PK\x03\x04" + bytes(100), "neither a PDF nor a picture"),
        (picture("GIF"), "neither a PDF nor a picture"),
        (picture("JPEG", size=(400, 400))[:-900], "The picture is damaged."),
        (picture("PNG", size=(400, 400))[:-200], "The picture is damaged."),
        (pdf()[:-200], "The PDF is damaged."),
        (b"%PDF-1.7\n" + bytes(2000), "The PDF is damaged."),
        (b"%PDF-1.7\n" + SVG, "The PDF is damaged."),
        (
            pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")),
            "runs a script or a program",
        ),
        (
            pdf(AA=pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="x"))),
            "runs a script or a program",
        ),
        (
            pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())),
            "holds other files",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else str(len(one)),
)
def test_what_may_run_or_cannot_be_read_is_refused(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_a_locked_pdf_and_what_is_too_large_are_refused() -> None:
    out = BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(user="x", owner="y"))
    assert "locked with a password" in refused(out.getvalue())
    assert "a document at most 0.001" in refused(
        picture("PNG", size=(300, 300)) + bytes(2000), 1000
    )


def test_bombs_are_refused_before_they_unpack() -> None:
    wide = Image.new("1", (20_000, 5_000))
    out = BytesIO()
    wide.save(out, "PNG")
    assert "20000 × 5000 pixels" in refused(out.getvalue())
    packed = zlib.compress(b"0 " * 80_000_000, 9)
    head = f"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(packed)}".encode()
    bomb = b"%PDF-1.7\n1 0 obj\n<<" + head + b">>\nstream\n" + packed + b"\nendstream\nendobj\n"
    assert len(bomb) < 1_000_000
    assert "unpacks to more" in refused(bomb)
