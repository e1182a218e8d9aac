"""Errors for people: what is so, why, and what to do next.

Every refusal in Handrail is one of these, so that the desk, the CLI and a flow can show the same
sentences. A statutory gate names its section of the Act.
"""

from dataclasses import dataclass

from rules.sentences import several


class HandrailError(Exception):
    """Something a person asked for cannot be done as it stands. Nothing was changed.

    Args:
        what: What is so, as one sentence.
        why: Why that stops the request, or an empty string.
        next_step: What the person can do now.
        section: The section of the Act that blocks, such as ``"s.29"``, or None.
    """

    def __init__(
        self, what: str, *, why: str = "", next_step: str = "", section: str | None = None
    ) -> None:
        self.what = what
        self.why = why
        self.next_step = next_step
        self.section = section
        super().__init__(self.text())

    def text(self) -> str:
        """Return the whole message as sentences on one line."""
        law = f"[{self.section}]" if self.section else ""
        return " ".join(part for part in (self.what, self.why, law, self.next_step) if part)


class UnknownReferenceError(HandrailError):
    """No record has that reference."""


class StepNotOpenError(HandrailError):
    """The step is not waiting for this decision now."""


class ChangedMeanwhileError(StepNotOpenError):
    """The case is not as it was when somebody began what they now send."""


class NotPermittedError(HandrailError):
    """This person's role, authority or earlier part in the case does not allow it."""


class NotSignedInError(HandrailError):
    """A page of the desk was asked for by nobody who is signed in."""


class SignInRefusedError(HandrailError):
    """The address, the password or the code is wrong; which of them is not said."""


class SignatureRefusedError(HandrailError):
    """A request of another program is not signed by one that may ask, or not now."""


class EventProblemsError(HandrailError):
    """What another program sent cannot be recorded as it stands.

    Args:
        problems: All that is wrong: a JSON pointer to where, and a sentence.
    """

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems
        super().__init__(
            f"{several(len(problems), 'problem')} found; nothing was recorded.",
            next_step="Correct what is listed and send it again.",
        )


class ProviderDownError(HandrailError):
    """The council's own sign-in does not answer."""


class TooManyTriesError(HandrailError):
    """Signing in failed so often that the next try has to wait."""


class TooMuchAskedError(HandrailError):
    """Pages or forms were asked for faster than anybody does by hand."""


class InvalidPasswordError(HandrailError):
    """A password that somebody chose is too short, or one of the first that anybody would try."""


class MissingReasonError(HandrailError):
    """A decision needs its reason, or its PLAN rationale, before it can be recorded."""


class AlreadyDecidedError(HandrailError):
    """The same decision has been recorded before."""


class InvalidDecisionError(HandrailError):
    """The decision's own particulars are incomplete or contradict the case."""


class StatuteError(HandrailError):
    """The Act does not allow it yet; ``section`` says which part."""


class InvalidWorksError(HandrailError):
    """The works lines cannot be priced or ordered as they stand."""


class InvalidTermsError(HandrailError):
    """A schedule's index or a contractor's terms are not ones that works can be priced on."""


class NobodyEligibleError(HandrailError):
    """No contractor in the lot may be offered the works."""


class NoLongerStandsError(HandrailError):
    """What was proposed rests on something that has changed since; nothing was recorded."""


class NoBankHolidayDataError(HandrailError):
    """The working-day data does not cover that year, so no date is guessed."""


class ClockPausedError(HandrailError):
    """The pause has no end yet, so neither has the count of working days a date."""


class BrokenStateError(HandrailError):
    """The state folder or database is not one Handrail can use."""


class BudgetError(HandrailError):
    """The authority's budget for grants has not so much left."""


class DatabaseBusyError(HandrailError):
    """Another writer held the database for the whole waiting time; nothing was recorded."""


class DatabaseDownError(DatabaseBusyError):
    """The database does not answer or cannot be written now; nothing was recorded."""


class InvalidSettingError(HandrailError):
    """A setting in the environment is not one that Handrail can work with."""


class AlreadyRunningError(HandrailError):
    """Another process of the same kind works in this state folder."""


class PortTakenError(HandrailError):
    """Something else listens on the port that Handrail was told to use."""


class StartFailedError(HandrailError):
    """A process that Handrail needs did not start."""


class PrefectDownError(HandrailError):
    """Prefect's server does not answer now; trying again later is right."""


class RunRefusedError(HandrailError):
    """Prefect's server will not create this run as asked; trying the same again cannot help."""


class StorageError(HandrailError):
    """A document cannot be written, or what is stored is not what was written."""


class InvalidDocumentError(HandrailError):
    """A document that somebody hands in cannot be kept: its type, its size or what it holds."""


class IncompleteMessageError(HandrailError):
    """A message of that kind is unknown, or values that it needs are missing."""


class MailError(HandrailError):
    """A message was not taken by the mail server or the maildir.

    Args:
        what: What is so, as one sentence.
        why: What the server or the system said.
        next_step: What the person can do now.
        permanent: True when trying the same message again cannot help.
    """

    def __init__(
        self, what: str, *, why: str = "", next_step: str = "", permanent: bool = False
    ) -> None:
        self.permanent = permanent
        super().__init__(what, why=why, next_step=next_step)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an import file, placed where the spreadsheet shows it.

    Args:
        file: File name as given.
        sheet: Sheet name, or None for CSV.
        row: Row number as the spreadsheet shows it (the header is row 1), or None for the file.
        column: Column name, or None for the row.
        value: The value found, shortened for display.
        wrong: What is wrong.
        right: What would be right.
        accept: The word by which the sender says that it is meant; empty where nobody may.
        ignore: Whether the value is a column that the sender may say is left aside.
    """

    file: str
    sheet: str | None
    row: int | None
    column: str | None
    value: str
    wrong: str
    right: str
    accept: str = ""
    ignore: bool = False


class ImportProblemsError(HandrailError):
    """An import file has problems, or what was typed has; nothing was recorded.

    Args:
        problems: All of them.
        typed: Whether they are of something typed at the desk, and of no file.
    """

    def __init__(self, problems: tuple[Problem, ...], *, typed: bool = False) -> None:
        self.problems = problems
        self.typed = typed
        super().__init__(
            f"{several(len(problems), 'problem')} found; nothing was "
            f"{'recorded' if typed else 'imported'}.",
            next_step="Correct what is listed and give the command again."
            if typed
            else "Correct the rows listed and import the file again.",
        )
