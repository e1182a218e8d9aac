"""What Alembic runs to reach the database: our engine, our metadata, our version table."""

from __future__ import annotations

from alembic import context

import models.schema  # noqa: F401 - fills Base.metadata
from models.base import Base
from models.database import VERSION_TABLE, engine_for


def run() -> None:
    """Run the migrations asked for, in one transaction."""
    url = context.config.attributes["url"]
    with engine_for(url).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            version_table=VERSION_TABLE,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,  # SQLite too: we say BEGIN ourselves
        )
        with context.begin_transaction():
            context.run_migrations()


run()
