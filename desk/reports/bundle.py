"""The whole record of a case as one PDF: `/cases/REF/record.pdf` and `handrail report record`."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from fastapi import APIRouter, Response

from adapters import clock
from desk.options import By
from desk.output import say, sentences
from desk.reports.report_commands import write_report
from desk.web.page import Viewer
from services.reports.bundle import case_bundle
from services.session import acting, reading

router = APIRouter()
app = typer.Typer()


@router.get("/cases/{reference:path}/record.pdf")
def record(viewer: Viewer, reference: str) -> Response:
    """Give the whole record of a case."""
    with reading() as conn:
        made = case_bundle(conn, reference=reference, by=viewer, now=clock.now())
    name = quote(f"{reference.replace('/', '-')}-record.pdf", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(made, media_type="application/pdf", headers=headers)


@app.command("record")
def write_record(
    reference: Annotated[str, typer.Argument(metavar="CASE", help="The case reference.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To write: a PDF.")],
    by: By,
) -> None:
    """Write all that is on record of one case as one PDF with an index, for an ombudsman."""
    with sentences():
        with reading() as conn:
            actor = acting(conn, identity=by, on=clock.today())
            made = case_bundle(conn, reference=reference, by=actor, now=clock.now())
        write_report(file, made)
        say(f"The record of {reference} written to {file}.")
