"""The first schema: events, their folded copy, and a few values about the database itself.

Written out in full and never changed after a release, so that it always makes what it made then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "meta",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("uuid", sa.String(36), nullable=False, unique=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("device", sa.String(36), nullable=False),
        sa.Column("episode", sa.String(36), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("events_of_episode", "events", ["episode", "id"])
    op.create_index("events_by_kind", "events", ["kind", "at"])
    op.create_table(
        "episodes",
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("version", row_id, nullable=False),
        sa.Column("device", sa.String(36), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("night", sa.String(10), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("pain_before", sa.Integer, nullable=True),
        sa.Column("pain_after", sa.Integer, nullable=True),
        sa.Column("sleep_disturbance", sa.Integer, nullable=True),
        sa.Column("duration_s", sa.Float, nullable=True),
        sa.Column("ended_reason", sa.String(20), nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("danger_signs", sa.Text, nullable=False),
        sa.Column("notes", sa.Integer, nullable=False),
        sa.Column("false_start", sa.Boolean, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
    )
    op.create_index("episodes_by_start", "episodes", ["started_at"])
    op.create_index("episodes_by_night", "episodes", ["night"])


def downgrade() -> None:
    raise NotImplementedError("an older program restores a backup of its own time instead")
