"""A clock that nobody can set beside the clock on the wall, in every row; rows from before have none.

Written out in full and never changed after a release, so that it always makes what it made then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("events", sa.Column("boot", sa.String(40), nullable=False, server_default=""))
    op.add_column("events", sa.Column("since_boot_s", sa.Float, nullable=True))


def downgrade() -> None:
    raise NotImplementedError("an older program restores a backup of its own time instead")
