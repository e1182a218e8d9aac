"""Who carries out runs, on whichever machine: what each said last of itself."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, known


class Runner(Base):
    """A conductor, a worker, or one run in a worker's process, with its last sign of life.

    Signs go by the real clock. The run in hand is leased to it for as long as they come.
    """

    __table_args__ = (known("kind", "conductor worker run"),)

    name: Mapped[str] = mapped_column(primary_key=True, doc="no two that live have the same")
    kind: Mapped[str]
    pid: Mapped[int]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(doc="its last sign of life")
    stopped: Mapped[bool] = mapped_column(default=False, doc="on purpose")
    flow_run_id: Mapped[str | None] = mapped_column(doc="the run it has, or had last, in hand")
