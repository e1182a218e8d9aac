"""Who may sign in at the desk, and who has: nothing here decides anything about a case."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, known


class SignIn(Base):
    """How an officer shows who they are; there is a row once a password was set."""

    email: Mapped[str] = mapped_column(ForeignKey("officer.email"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(doc="argon2")
    set_at: Mapped[datetime] = mapped_column(doc="when the password was set")
    totp_secret: Mapped[str] = mapped_column(default="", doc="sealed; empty: no authenticator app")
    totp_step: Mapped[int] = mapped_column(default=0, doc="of the last code that was taken")
    recovery_codes: Mapped[str] = mapped_column(default="", doc="SHA-256 of each still unused")


class CouncilAccount(Base):
    """An account of the council's own that an officer has signed in with, and no other may."""

    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    email: Mapped[str] = mapped_column(ForeignKey("officer.email"), primary_key=True)
    issuer: Mapped[str] = mapped_column(doc="the provider, and in it the tenant")
    subject: Mapped[str] = mapped_column(doc="Entra's oid, elsewhere sub: never given anew")
    known_since: Mapped[datetime]


class DeskSession(Numbered, Base):
    """One browser in which somebody is, or was, signed in. Times go by the real clock."""

    __table_args__ = (Index("ix_desk_session_officer", "officer"),)

    token_hash: Mapped[str] = mapped_column(unique=True, doc="SHA-256 of what the cookie holds")
    officer: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    role: Mapped[str] = mapped_column(doc="theirs when it began; another ends it")
    csrf: Mapped[str] = mapped_column(doc="what its forms send back")
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(doc="to the minute")
    stepped_up_at: Mapped[datetime | None] = mapped_column(doc="when they last showed who they are")
    ended_at: Mapped[datetime | None] = mapped_column(doc="empty also where it ran out by itself")
    ended_because: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="", doc="where it began")
    agent: Mapped[str] = mapped_column(default="", doc="what the browser said it is, shortened")
    came_by: Mapped[str] = mapped_column(default="password", doc="or demo, or council")
    unsent_form: Mapped[str] = mapped_column(
        default="", doc="sealed with what the cookie alone holds; empty for none"
    )
    unsent_at: Mapped[datetime | None] = mapped_column(doc="when that form was typed")


class Invitation(Numbered, Base):
    """A link that lets whoever holds it set an officer's password, or come in at a demo."""

    __table_args__ = (known("purpose", "invited forgotten demo"),)

    token_hash: Mapped[str] = mapped_column(unique=True, doc="SHA-256 of what the link holds")
    officer: Mapped[str] = mapped_column(ForeignKey("officer.email"), index=True)
    purpose: Mapped[str]
    made_by: Mapped[str] = mapped_column(doc="an administrator, or whoever asked for it")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInTries(Base):
    """How often signing in failed lately: by one account, or from one address of the network."""

    subject: Mapped[str] = mapped_column(primary_key=True, doc="a digest of what it counts")
    failures: Mapped[int]
    last_at: Mapped[datetime]
