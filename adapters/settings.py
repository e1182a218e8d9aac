"""Settings, read from the environment as ``HANDRAIL_…``; everything has a default that works."""

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final, Literal, LiteralString

from pydantic import ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from adapters.mail_settings import MailSettings
from adapters.sign_in_settings import SignInSettings
from rules.alerts.alerts import WorkingHours, parse_hours
from rules.errors import InvalidSettingError
from rules.people import parse_seats
from rules.personal.kinds import Kind, parse_years

PREFIX: Final = "HANDRAIL_"
HOME_NAME: Final = ".handrail"
_SQLITE: Final = "sqlite:///"

_WITHOUT_TLS: Final = (
    "It must begin with https:// unless HANDRAIL_ALERT_PRIVATE_ADDRESSES allows an inner network"
)
_ADDRESSES: Final[Mapping[str, tuple[str, LiteralString]]] = {
    "alert_webhook_url": (
        r"https?://[^\s/]+\S*",
        "It must be an address such as https://host/path",
    ),
    "alert_slack_url": (
        r"https://hooks\.slack(-gov)?\.com/services/[A-Z0-9]+/[A-Z0-9]+/[A-Z0-9]+/?",
        "It must be an incoming webhook, https://hooks.slack.com/services/… in three parts",
    ),
    "alert_teams_url": (
        r"https://[A-Z0-9_.:-]+(/powerautomate/automations/direct\S*)?/workflows/[A-Z0-9_-]+/\S*sig=\S+",
        "It must be a Teams workflow's address, https://…/triggers/manual/paths/invoke?…&sig=…",
    ),
}
"""What an address of each kind looks like, and how to say so without repeating a secret."""


def _nearest_home(here: Path) -> Path:
    """Return the state folder here, or the nearest above that is our own; or where one would be.

    A folder that somebody else put above ours, such as in a shared one, is passed over.
    """
    first = here / HOME_NAME
    above = (folder / HOME_NAME for folder in here.parents)
    ours = (one for one in above if one.is_dir() and one.stat().st_uid == os.getuid())
    return first if first.exists() else next(ours, first)


class _FromEnvironment(ConfigDict, total=False):
    env_prefix: str


class Settings(SignInSettings, MailSettings):
    """What an operator may set. The generated reference is made from these descriptions."""

    model_config: ClassVar[_FromEnvironment] = {"env_prefix": PREFIX}

    home: Path = Field(
        default=Path(HOME_NAME),
        description="Folder that holds all state. Without it: .handrail in the present folder, "
        "or else the nearest one above it that is yours.",
    )
    database_url: str = Field(
        default="",
        description="Database; empty means SQLite at HANDRAIL_HOME/handrail.db. "
        "postgresql://user@host/name for a team.",
    )
    documents: Path | None = Field(
        default=None,
        description="Folder of the documents; empty means documents in the home. Several machines "
        "need one that they share.",
    )
    port: int = Field(
        default=4200, ge=1, le=65535, description="Loopback port of Prefect's server and UI."
    )
    clock_file: Path | None = Field(
        default=None,
        description="File holding an instant to live at instead of now; only the demo sets it.",
    )
    ocds_prefix: str = Field(
        default="ocds-unregistered",
        pattern=r"^[A-Za-z0-9-]+$",
        description="Prefix of the identifiers of contracts that are published as OCDS releases: "
        "the one that the Open Contracting Partnership gave the publisher, such as ocds-213czf.",
    )
    cli_officers: str = Field(
        default="",
        description="In whose name each user of the machine may record at the command line: "
        "`alice=priya.shah@council.example,FIRM;bob=…`, officers by address and contractors by "
        "code. Where it is set, everybody else is refused.",
    )
    desk_port: int = Field(
        default=4300, ge=1, le=65535, description="Loopback port of the desk: the pages for people."
    )
    desk_url: str = Field(
        default="",
        description="Address under which people reach the desk, such as https://handrail.council."
        "example behind a proxy; links in messages carry it. Empty: this machine's loopback "
        "address.",
    )
    desk_names: str = Field(
        default="",
        description="Other names under which programs reach the desk, such as a container's; "
        "several with ; between them.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What whoever asks the desk for /metrics has to say as a bearer token; empty: "
        "only programs on the same machine may ask.",
    )
    log: Literal["text", "json"] = Field(
        default="text", description="How the conductor writes its log: lines for people, or JSON."
    )
    desk_idle_minutes: int = Field(
        default=30, ge=5, description="Minutes without a page after which somebody is signed out."
    )
    desk_session_hours: int = Field(
        default=12, ge=1, description="Hours after which somebody has to sign in again."
    )
    second_factor: Literal["off", "money", "all"] = Field(
        default="off",
        description="Who signs in to the desk with a code of an authenticator app as well: "
        "nobody, those who approve or release money, or everybody.",
    )
    desk_processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Processes that serve the desk on this machine; several need PostgreSQL.",
    )
    sweep_seconds: int = Field(
        default=120, ge=5, description="How often it is looked for work that was lost, in seconds."
    )
    watch_seconds: int = Field(
        default=300, ge=5, description="How often the watch over the clocks runs, in seconds."
    )
    working_hours: str = Field(
        default="09:00-17:00",
        description="When people are told of alerts, on working days, by London's clocks.",
    )
    stuck_after_seconds: int = Field(
        default=900,
        ge=5,
        description="Seconds without a sign of life from whoever has a run in hand, after which "
        "the run is taken for lost and run again.",
    )
    received_megabytes: int = Field(
        default=20, ge=1, le=200, description="Megabytes of one document that is handed in."
    )
    seal_key: Path | None = Field(
        default=None,
        description="File of the private key that seals are signed with, made at the first seal; "
        "empty means seal.key in the home. Keep it where nobody reaches who can write to the "
        "database.",
    )
    seal_to: str = Field(
        default="",
        description="Where a seal goes once a day: a folder outside the home, or mailto: and an "
        "address; empty for nowhere.",
    )
    retention_years: str = Field(
        default="6;access=1",
        description="How many years after a case closed its personal data is proposed for erasure; "
        "other years for a kind after it, such as 6;access=1;notes=3.",
    )
    alert_private_addresses: bool = Field(
        default=False,
        description="Allow notifications of alerts to private and loopback addresses, and through "
        "an outgoing proxy that resolves names; also allows a webhook without TLS.",
    )
    alert_webhook_url: SecretStr = Field(
        default=SecretStr(""),
        description="Address that Prefect posts each breach, escalation, lapse and fault of the "
        "machine to, as JSON; empty for none. It is kept as a secret in Prefect.",
    )
    alert_slack_url: SecretStr = Field(
        default=SecretStr(""),
        description="Slack's incoming webhook for the day's counts and faults of the machine.",
    )
    alert_teams_url: SecretStr = Field(
        default=SecretStr(""),
        description="Microsoft Teams' workflow address for the same as Slack.",
    )

    @field_validator("working_hours")
    @classmethod
    def _known_hours(cls, text: str) -> str:
        try:
            parse_hours(text)
        except ValueError as error:
            raise PydanticCustomError(
                "working_hours", "It must be two times of one day, such as 09:00-17:00"
            ) from error
        return text

    @field_validator("retention_years")
    @classmethod
    def _known_years(cls, text: str) -> str:
        try:
            parse_years(text)
        except ValueError as error:
            raise PydanticCustomError(
                "retention_years",
                "It must be years from 1 to 100, and others for a kind after them, such as "
                "6;access=1. The kinds are {kinds}",
                {"kinds": ", ".join(Kind)},
            ) from error
        return text

    @field_validator("cli_officers")
    @classmethod
    def _known_officers(cls, text: str) -> str:
        try:
            parse_seats(text)
        except ValueError as error:
            raise PydanticCustomError(
                "cli_officers", "It must be such as alice=priya.shah@council.example;bob=…"
            ) from error
        return text

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url or re.match(r"(?:sqlite:///|postgresql(?:\+psycopg)?://)", url):
            return url
        raise PydanticCustomError(
            "database_url",
            "It must begin with postgresql:// or sqlite:///, not {beginning}",
            {"beginning": repr(url.partition(":")[0][:20])},
        )

    @field_validator("desk_url")
    @classmethod
    def _known_desk(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^\s/?#@]+/?", url):
            raise PydanticCustomError(
                "desk_url", "It must be such as https://handrail.council.example, with no path"
            )
        return url.rstrip("/")

    @field_validator("alert_webhook_url", "alert_slack_url", "alert_teams_url")
    @classmethod
    def _known_address(cls, url: SecretStr, info: ValidationInfo) -> SecretStr:
        pattern, right = _ADDRESSES[str(info.field_name)]
        written = url.get_secret_value()
        if written and not re.fullmatch(pattern, written, re.IGNORECASE):
            raise PydanticCustomError("alert_address", right)
        if written.lower().startswith("http:") and not info.data.get("alert_private_addresses"):
            raise PydanticCustomError("alert_address", _WITHOUT_TLS)
        return url

    @property
    def resolved_home(self) -> Path:
        """The state folder as an absolute path; unless it is set, looked for upwards from here."""
        found = self.home if "home" in self.model_fields_set else _nearest_home(Path.cwd())
        return found.expanduser().resolve()

    @property
    def resolved_database_url(self) -> str:
        """The database URL in force, with the SQLite default filled in."""
        file = self.database_url.removeprefix(_SQLITE)
        if not self.database_url:
            return f"{_SQLITE}{self.resolved_home / 'handrail.db'}"
        if file in ("", ":memory:", self.database_url):
            return self.database_url
        return f"{_SQLITE}{Path(file).absolute()}"

    @property
    def hours(self) -> WorkingHours:
        """When people are told of alerts."""
        return parse_hours(self.working_hours)

    def officers_of(self, user: str) -> tuple[str, ...] | None:
        """Return in whose name a user of the machine may record; None where anybody may."""
        if not self.cli_officers.strip():
            return None
        return parse_seats(self.cli_officers).get(user, ())

    @property
    def desk_address(self) -> str:
        """Where people reach the desk, without a slash at its end."""
        return self.desk_url or f"http://127.0.0.1:{self.desk_port}"

    @property
    def documents_folder(self) -> Path:
        """Where the exact bytes of every document are kept."""
        return self.documents.absolute() if self.documents else self.resolved_home / "documents"

    @property
    def maildir(self) -> Path:
        """Where messages are put when no SMTP server is set."""
        return self.resolved_home / "mail"


def _in_files(names: set[str], there: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that are given by the file that holds them, as secrets are.

    Raises:
        InvalidSettingError: A file cannot be read; every one that cannot is named.
    """
    files = {name: there.get(f"{PREFIX}{name.upper()}_FILE", "") for name in names}
    given: dict[str, str] = {}
    faults = []
    for name, file in files.items():
        try:
            given |= {name: Path(file).read_text(encoding="utf-8").strip()} if file else {}
        except (OSError, UnicodeDecodeError) as error:
            faults.append(f"{PREFIX}{name.upper()}_FILE: {file} cannot be read ({error})")
    if faults:
        raise InvalidSettingError(
            "Handrail cannot work with its settings.",
            why=f"{'; '.join(sorted(faults))}.",
            next_step="Let this user read these files, or name others.",
        )
    return given


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process; call ``settings.cache_clear()`` after changing them.

    Raises:
        InvalidSettingError: A setting cannot be used; every one that cannot is named.
    """
    names = {name: f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    there = {variable.upper(): value for variable, value in os.environ.items()}
    given = {name: there[names[name]] for name in names if names[name] in there}
    given |= _in_files(set(names) - set(given), there)
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(f"{names[str(one['loc'][0])]}: {one['msg']}" for one in error.errors())
        raise InvalidSettingError(
            "Handrail cannot work with its settings.",
            why=f"{faults}.",
            next_step="Correct or unset these environment variables.",
        ) from error
