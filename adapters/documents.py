"""Documents and messages: from frozen papers to HTML, PDF/UA and plain-text e-mail.

The HTML is the accessible original: it stands alone, fetches nothing and is always kept. The PDF is
made from it where Pango is installed. Text that people typed is data: it is never a template, and
the document environment escapes all of it.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta
from markupsafe import Markup

from adapters import files, wording
from adapters.settings import settings
from rules.competitions.specification import SpecificationPaper
from rules.documents.consent_papers import CertificateFormPaper, ConsentPackPaper
from rules.documents.messages import EARLIER
from rules.documents.own import Logo
from rules.documents.papers import (
    ApprovalPaper,
    CompletionPaper,
    ConsentRequestPaper,
    RefusalPaper,
    WorkOrderPaper,
)
from rules.documents.remittance import RemittancePaper
from rules.errors import IncompleteMessageError
from rules.money import pounds
from rules.payments.final import FinalAccount
from rules.pricing.award_record import AwardRecordPaper
from rules.reports.bundle import BundlePaper
from rules.reports.paper import ReportPaper

_log = structlog.get_logger(__name__)
_ROOMS = sorted((Path(__file__).parent.parent / "templates").glob("*/"))
"""Where a template is looked for: its name is its kind, whichever room it lies in."""

MESSAGES: Mapping[str, Path] = {
    file.stem: file for room in _ROOMS for file in sorted(room.glob("*.txt"))
}
"""Each kind of message and its template, which alone says what it needs."""

ON_A_CASE = frozenset(
    kind for kind, file in MESSAGES.items() if "{{ case_reference }}" in file.read_text("utf-8")
)
"""Those that tell of one case; the others tell of as many as there are, or of none."""

PAPERS: Mapping[str, type] = {
    "approval.html": ApprovalPaper,
    "award_record.html": AwardRecordPaper,
    "bundle.html": BundlePaper,
    "certificate_form.html": CertificateFormPaper,
    "completion.html": CompletionPaper,
    "consent_pack.html": ConsentPackPaper,
    "consent_request.html": ConsentRequestPaper,
    "final_account.html": FinalAccount,
    "refusal.html": RefusalPaper,
    "remittance.html": RemittancePaper,
    "report.html": ReportPaper,
    "specification.html": SpecificationPaper,
    "work_order.html": WorkOrderPaper,
}
"""Each document and the paper it prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A plain-text message, ready to be addressed.

    Args:
        subject: One line, without control characters.
        body: Plain text.
    """

    subject: str
    body: str


def render_html(*, template: str, paper: object, mark: str = "") -> str:
    """Return a document as one HTML page that needs no other file.

    Args:
        template: A key of ``PAPERS``, such as ``"work_order.html"``.
        paper: The paper that it prints.
        mark: Words across the top of each page of what is no document, such as a preview.

    Returns:
        The HTML. The same paper always gives the same text.

    Raises:
        TypeError: The paper is not the one that this template prints.
    """
    if type(paper) is not PAPERS.get(template):
        raise TypeError(f"{template} does not print a {type(paper).__name__}.")
    return _documents().get_template(template).render(paper=paper, mark=mark)


def render_message(
    *,
    kind: str,
    context: Mapping[str, object],
    own: Mapping[str, str] | None = None,
    agent: str = "",
) -> Message:
    """Return a message as subject and plain-text body.

    Args:
        kind: A key of ``MESSAGES``.
        context: The values that this kind needs; dates may be ISO text, money is integer pence.
        own: The authority's own words by place, as ``rules.documents.own`` names them.
        agent: Who writes on the authority's behalf; an empty string where it does itself.

    Raises:
        IncompleteMessageError: The kind is unknown, or values are missing; all are named.
    """
    if kind not in MESSAGES:
        raise IncompleteMessageError(
            f"There is no message of the kind {kind!r}.",
            next_step=f"Use one of: {', '.join(sorted(MESSAGES))}.",
        )
    needed = needs(kind)
    context = {**EARLIER, **context}
    if missing := sorted(needed - context.keys()):
        raise IncompleteMessageError(
            f"The message {kind} lacks {', '.join(missing)}.",
            next_step="Supply these values and render it again.",
        )
    text = _messages().get_template(f"{kind}.txt").render({key: context[key] for key in needed})
    subject, _, body = text.partition("\n")
    authority = str(context.get("authority_name"))
    body = wording.with_own(body.strip(), own or {}, authority=authority, agent=agent)
    return Message(subject=subject.removeprefix("Subject: "), body=body + "\n")


@cache
def needs(kind: str) -> frozenset[str]:
    """Return the values that a kind of message needs: those that its template prints."""
    text = MESSAGES[kind].read_text(encoding="utf-8")
    return frozenset(meta.find_undeclared_variables(_messages().parse(text)))


def render_pdf(html: str) -> bytes | None:
    """Return a document as tagged PDF (PDF/UA-1), made from its HTML.

    Args:
        html: What ``render_html`` returned.

    Returns:
        The file, or None where WeasyPrint cannot load Pango; the HTML then stands alone.
    """
    weasyprint = _weasyprint()
    if weasyprint is None:
        return None
    fetches_nothing = weasyprint.urls.URLFetcher(allowed_protocols=("data",))  # its logo
    page = weasyprint.HTML(string=html, url_fetcher=fetches_nothing)
    return bytes(page.write_pdf(pdf_variant="pdf/ua-1"))


def pdf_available() -> bool:
    """Return whether this machine can make PDF files."""
    return _weasyprint() is not None


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """Return the WeasyPrint package, or None, said once, where it or Pango cannot be loaded."""
    try:
        import weasyprint
        import weasyprint.urls
    except (ImportError, OSError) as error:
        _log.warning(
            "pdf_not_available",
            why=str(error).splitlines()[0],
            next_step="Documents are kept as HTML. For PDF install Pango: "
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 and a font.",
        )
        return None
    return weasyprint


@lru_cache(maxsize=1)
def _documents() -> Environment:
    return _environment(autoescape=True, clean=wording.printable)


@lru_cache(maxsize=1)
def _messages() -> Environment:
    return _environment(autoescape=False, clean=wording.flat)


def _picture(logo: Logo) -> str:
    """Return a logo as an address that holds it, after checking that it is the one on record."""
    folder = settings().documents_folder
    data = files.read(folder=folder, path=logo.path, sha256=logo.sha256)
    return f"data:{logo.mime};base64,{b64encode(data).decode('ascii')}"


def _environment(*, autoescape: bool, clean: Callable[[str], str]) -> Environment:
    """Return an environment whose every printed value goes through ``clean`` first."""

    def finish(value: object) -> object:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FileSystemLoader(_ROOMS),
        autoescape=autoescape,  # noqa: S701 - off for plain-text e-mail only, where nothing is HTML
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(
        breakable=wording.breakable,
        brief=wording.brief,
        day_date=wording.day_date,
        exact_pounds=wording.exact_pounds,
        instant_words=wording.instant_words,
        long_date=wording.long_date,
        one_line=wording.one_line,
        percent=wording.percent,
        picture=_picture,
        pounds=pounds,
        quantity=wording.quantity,
        reach=wording.reach,
        rows=wording.rows,
        unit_words=wording.unit_words,
    )
    return environment
