"""Whether an officer may treat a consent as given: by the tenancy, and once everything is there."""

from collections.abc import Iterator

from models.base import AnyRow
from rules.clocks.workdays import in_words
from rules.errors import StatuteError
from services.cases.effect import Context
from services.consents.authority import authority_on
from services.consents.tenancy import law_for


def check_may_be_given(context: Context, asked: AnyRow) -> None:
    """Refuse to treat a consent as given where the law makes nothing of it, or not yet.

    Raises:
        StatuteError: Everything that stands against it, at once.
    """
    against = tuple(_against(context, asked))
    if against:
        law = law_for(context.case.row)
        raise StatuteError(
            f"The consent on {context.case.reference} cannot be treated as given.",
            why=" ".join(against),
            section=law.statute,
            next_step="Record what is missing, ask the landlord again, or record an alternative.",
        )


def _against(context: Context, asked: AnyRow) -> Iterator[str]:
    law, refused = law_for(context.case.row), asked.basis == "refused"
    if context.case.row.tenancy is None:
        yield "The kind of tenancy is not on record (decision “tenancy”)."
    if not (law.given_on_refusal if refused else law.given_on_silence):
        yield law.refusal if refused else law.silence
    given = authority_on(context.conn, case_id=context.case.id)
    if given is None:
        yield (
            "The tenant must have applied in writing: a council’s letter alone starts no clock, "
            "and no authority of the tenant is on record (decision “tenant-authority”)."
        )
    if refused:
        return
    if asked.undelivered_on is not None:
        yield "The request did not reach the landlord, so it was not silent."
    elif asked.asked_on is None:
        yield "The landlord has not been asked yet."
    elif given is not None and given.given_on > asked.asked_on:
        yield (
            f"The tenant applied on {in_words(given.given_on)}, after the landlord was asked on "
            f"{in_words(asked.asked_on)}: ask again in the tenant’s name."
        )
    if asked.reply_by is not None and asked.reply_by >= context.today:
        yield f"The landlord has until {in_words(asked.reply_by)} to answer."
