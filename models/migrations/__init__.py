"""Alembic migrations, one head, from the first table."""
