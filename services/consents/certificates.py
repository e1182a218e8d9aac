"""The certificates of ss.21 and 22, apart from consent: held, or waived on record; each is kept.

Joint owners give one each. What applying as an owner or as a tenant means for the charge is told
to the applicant before either certificate counts.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from models.base import Instant
from models.consent_queries import certificates_of, certificates_wanted, joint_owners, next_owner
from models.tables.consents import GrantCertificate, JointOwner
from models.tables.record import Outbox
from rules.clocks.dates import london_date
from rules.consents.tenure import MOST_OWNERS, certificate_key
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDecisionError
from rules.parties import party_of
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.consents.answers import LONGEST_NAME

_KEEP: Final = insert(GrantCertificate)
_KEEP_OWNER: Final = insert(JointOwner)
_LETTERS: Final = (
    select(Outbox.payload, Outbox.created_at)
    .where(Outbox.case_id == bindparam("case_id"), Outbox.kind == "message")
    .order_by(Outbox.id)
)
_ERASE_OWNERS: Final = (
    update(JointOwner)
    .where(
        JointOwner.case_id == bindparam("of_case"),
        JointOwner.recorded_at > bindparam("since", type_=Instant),
    )
    .values(name=bindparam("said"))
)
_ERASE_SIGNERS: Final = (
    update(GrantCertificate)
    .where(
        GrantCertificate.case_id == bindparam("of_case"), GrantCertificate.signed_by.is_not(None)
    )
    .values(signed_by=bindparam("said"))
)
_EXPLAINS: Final = "certificate_request_to_applicant"


@decided(
    "certificate",
    at=StepName.CERTIFICATES,
    by=OFFICERS | {Role.ASSESSOR},
    command="certificates",
    plan="A waiver is discretionary.",
    sealed=frozenset({"signed_by"}),
)
class RecordCertificate(BaseDecision):
    """An owner's, tenant's or landlord's certificate is held, or waived (s.22(3))."""

    certificate: str = particular(
        "Whose certificate: owner, tenant or landlord; owner-2 of a joint owner.",
        Option("--held", "owner, tenant or landlord: received.", label="It is received"),
        Option(
            "--waived",
            "landlord: waived under s.22(3).",
            fills={"waived": True},
            label="The landlord's is waived under s.22(3)",
        ),
        asks=True,
        label="Whose certificate",
        hint="Those that are still wanted.",
        offers="grant_certificates",
    )
    waived: bool = particular("It is waived under s.22(3).", default=False, typed=False)
    signed_on: date | None = particular("When it was signed.", default=None, label="Signed on")
    signed_by: str = particular("Who signed it.", default="", label="Who signed it")
    shown: str = particular(
        "The signed form on file, such as doc:3.",
        default="",
        evidence=True,
        label="The signed form",
    )
    explained_on: date | None = particular(
        "When the applicant was told what applying as owner or tenant means for the charge; the "
        "day of our letter where left out.",
        default=None,
        seldom=True,
        label="The charge was explained on",
    )

    @property
    def needs_plan(self) -> bool:
        """Whether it is waived."""
        return self.waived

    def problems(self) -> tuple[str, ...]:
        """Return what the Act does not know or allow."""
        found = list(unwritable(self.signed_by))
        try:
            kind, _ = certificate_key(self.certificate)
        except ValueError as error:
            found.append(str(error))
            kind = self.certificate
        if self.waived and kind != "landlord":
            found.append("Only the landlord's certificate can be waived (s.22(3)).")
        if self.waived and (self.signed_on or self.signed_by or self.shown):
            found.append("What is waived was not signed: say nothing of a signature.")
        if len(self.signed_by) > LONGEST_NAME:
            found.append(f"A name has {LONGEST_NAME} characters at most.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        how = "waived under s.22(3)" if facts["waived"] else "held"
        signed = known(", signed {}", facts.day("signed_on"))
        return f"The {facts['certificate']}'s certificate is {how}{signed}."


@decided(
    "joint-owner",
    at=StepName.CERTIFICATES,
    by=OFFICERS | {Role.ASSESSOR},
    sealed=frozenset({"name"}),
)
class AddJointOwner(BaseDecision):
    """Another owner of the home, or another landlord, gives a certificate of their own."""

    of: str = particular(
        "owner or landlord.",
        "--of",
        choices={"owner": "owner", "landlord": "landlord"},
        label="Another owner of what",
        hint="An owner beside the applicant, or a landlord beside the one on the case.",
    )
    name: str = particular("The other owner’s name.", label="Name")

    def problems(self) -> tuple[str, ...]:
        """Return a name that is none."""
        found = list(unwritable(self.name))
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            found.append(f"Give a name, in {LONGEST_NAME} characters at most.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that there is another; the name stands beside the record."""
        which = known(": {}-{}", facts["of"], facts["number"])
        return f"Another {facts['of']} gives a certificate{which}."


@applies(RecordCertificate)
def certificate(context: Context, decision: RecordCertificate) -> Effect:
    """Record a certificate held or waived; the step closes once none is missing."""
    needed = certificates_wanted(context.conn, case=context.case.row)
    held = certificates_of(context.conn, case_id=context.case.id)
    _check(context, decision, needed, held)
    kind, number = certificate_key(decision.certificate)
    signs = kind != "landlord"
    explained = _explained(context, decision) if signs else None
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "kind": kind,
            "number": number,
            "status": "waived" if decision.waived else "held",
            "dated": context.today,
            "signed_on": decision.signed_on,
            "signed_by": " ".join(decision.signed_by.split()) or None,
            "shown": decision.shown or None,
            "explained_on": explained,
        },
    )
    missing = [name for name in needed if name not in held and name != decision.certificate]
    if missing:
        return awaits(context, missing)
    return Effect(to=StepStatus.DONE, closes=True, outcome="held")


def _check(
    context: Context, decision: RecordCertificate, needed: tuple[str, ...], held: dict[str, str]
) -> None:
    if decision.certificate not in needed:
        raise InvalidDecisionError(
            f"{context.case.reference} needs no {decision.certificate}'s certificate.",
            why=f"It needs the {' and '.join(needed)}'s.",
            next_step="Nothing was recorded.",
        )
    if decision.certificate in held:
        raise InvalidDecisionError(
            f"The {decision.certificate}'s certificate is already "
            f"{held[decision.certificate]} on {context.case.reference}.",
            next_step="Nothing was changed.",
        )
    for day in (decision.signed_on, decision.explained_on):
        if day is not None and day > context.today:
            raise InvalidDecisionError(
                f"{day:%-d %B %Y} is still to come.", next_step="Give the day on which it was."
            )


def _explained(context: Context, decision: RecordCertificate) -> date:
    """Return when the applicant was told of the charge, before the certificate chose for them.

    Source: Ombudsman 24 006 273.
    """
    told = decision.explained_on or _told_by_letter(context)
    if told is None:
        raise InvalidDecisionError(
            "Nothing on record says that the applicant was told what applying as an owner or as a "
            "tenant means for the charge.",
            why="An owner may have to repay part of the grant on a sale within ten years; a "
            "tenant has not. It is explained before the choice (Ombudsman 24 006 273).",
            next_step="Say on which day it was explained: `--explained-on`.",
        )
    if decision.signed_on is not None and decision.signed_on < told:
        raise InvalidDecisionError(
            f"It was signed on {decision.signed_on:%-d %B %Y}, before the charge was explained on "
            f"{told:%-d %B %Y}.",
            why="It is explained before the choice (Ombudsman 24 006 273).",
            next_step="Say on which day it was explained, or have the form signed anew.",
        )
    return told


def _told_by_letter(context: Context) -> date | None:
    for row in context.conn.execute(_LETTERS, {"case_id": context.case.id}):
        payload: dict[str, Any] = row.payload
        if payload["kind"] == _EXPLAINS and "charge" in (payload.get("context") or {}):
            return london_date(row.created_at)
    return None


def awaits(context: Context, missing: list[str]) -> Effect:
    """Return the effect of waiting for the certificates that are missing."""
    landlords = all(name.startswith("landlord") for name in missing)
    owner = "landlord" if landlords else "applicant"
    context.case.start_clock("return_certificates", holder=party_of(owner))
    return Effect(
        to=StepStatus.WAITING, owner=owner, waiting_for=f"the {' and '.join(missing)}'s certificate"
    )


@applies(AddJointOwner)
def add_joint_owner(context: Context, decision: AddJointOwner) -> Effect:
    """Keep another owner under the next number; their certificate is asked for with its form."""
    needed = certificates_wanted(context.conn, case=context.case.row)
    if decision.of not in needed:
        raise InvalidDecisionError(
            f"{context.case.reference} needs no {decision.of}'s certificate.",
            why=f"It needs the {' and '.join(needed)}'s.",
            next_step="Nothing was recorded.",
        )
    same = [o for o in joint_owners(context.conn, case_id=context.case.id) if o.kind == decision.of]
    number = next_owner(context.conn, case_id=context.case.id, kind=decision.of)
    name = " ".join(decision.name.split())
    if number > MOST_OWNERS or name in {o.name for o in same}:
        raise InvalidDecisionError(
            f"{name} is on record already." if number <= MOST_OWNERS else "There are too many.",
            next_step="Nothing was changed.",
        )
    kept = {"case_id": context.case.id, "kind": decision.of, "number": number, "name": name}
    kept |= {"recorded_by": context.actor.identity, "recorded_at": context.now}
    context.conn.execute(_KEEP_OWNER, kept)
    return Effect(to=StepStatus.READY, facts={"number": number})


def erase_owners(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase the names of joint owners and of who signed; return how many owners."""
    values = {"of_case": case.id, "since": since, "said": said}
    case.conn.execute(_ERASE_SIGNERS, {"of_case": case.id, "said": said})
    return case.conn.execute(_ERASE_OWNERS, values).rowcount
