"""The journal's tables. The migrations make them; this is what the queries use.

`events` is the truth and only ever grows (until a person erases it). `episodes` is a copy of what the
fold makes of it, one row an episode, written in the same transaction, so that pages needn't fold.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("uuid", String(36), nullable=False, unique=True),  # makes replaying and importing idempotent
    Column("at", String(27), nullable=False),  # UTC, see times.to_text
    Column("zone", String(40), nullable=False),  # IANA name
    Column("device", String(36), nullable=False),
    Column("episode", String(36), nullable=True),
    Column("kind", String(40), nullable=False),
    Column("data", Text, nullable=False),  # JSON object of scalars
    Column("boot", String(40), nullable=False, server_default=""),
    Column("since_boot_s", Float, nullable=True),  # a clock that nobody can set, beside `at`
    Index("events_of_episode", "episode", "id"),
    Index("events_by_kind", "kind", "at"),
    sqlite_autoincrement=True,  # a row id is never used twice, so it can serve as a version
)

episodes = Table(
    "episodes",
    metadata,
    Column("uuid", String(36), primary_key=True),
    Column("version", Integer, nullable=False),  # id of its last event
    Column("device", String(36), nullable=False),
    Column("started_at", String(27), nullable=False),
    Column("ended_at", String(27), nullable=True),
    Column("zone", String(40), nullable=False),
    Column("night", String(10), nullable=False),
    Column("place", String(20), nullable=False),
    Column("side", String(10), nullable=False),
    Column("pain_before", Integer, nullable=True),
    Column("pain_after", Integer, nullable=True),
    Column("sleep_disturbance", Integer, nullable=True),
    Column("duration_s", Float, nullable=True),
    Column("ended_reason", String(20), nullable=False),
    Column("steps", Text, nullable=False),  # "protocol/rung=outcome" joined by one space
    Column("danger_signs", Text, nullable=False),  # joined by one space
    Column("notes", Integer, nullable=False),
    Column("false_start", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Index("episodes_by_start", "started_at"),
    Index("episodes_by_night", "night"),
    sqlite_autoincrement=False,
)
