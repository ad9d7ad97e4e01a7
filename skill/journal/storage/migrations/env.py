"""Runs the migrations on the connection that the journal hands over, in one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from skill.journal.storage.tables import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
