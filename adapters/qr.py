"""QR codes, drawn as SVG that stands in a page by itself: no style, no script, no address."""

import segno


def qr_svg(text: str, *, label: str) -> str:
    """Return a QR code as an ``svg`` element, dark on light also on a dark screen.

    Args:
        label: What it is, for those who do not see it.
    """
    drawn = segno.make(text, error="m", micro=False)
    return drawn.svg_inline(scale=5, border=4, light="#fff", title=label, svgclass=None)
