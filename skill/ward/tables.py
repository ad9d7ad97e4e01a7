"""The ward's tables, in PostgreSQL or SQLite."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = 1
metadata = MetaData()

meta = Table(
    "ward_meta", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False)
)
beds = Table(
    "ward_beds", metadata,
    Column("bed", String(40), primary_key=True),  # as it logs in at the broker
    Column("label", String(80), nullable=False),  # who and where: known to the ward alone
    Column("device", String(40), nullable=False),  # "" until one has reported, or once another one may
    Column("other_device", String(40), nullable=False),  # one that reports as this bed and is refused
    Column("upto", Integer, nullable=False),  # number of the journal's row up to which all is stored
    Column("seen_at", String(27), nullable=False),
    Column("clock_off_s", Float, nullable=False),  # so far the bed's clock was behind the ward's
)  # fmt: skip
rows = Table(
    "ward_rows", metadata,
    Column("uuid", String(40), primary_key=True),
    Column("bed", String(40), nullable=False),
    Column("number", Integer, nullable=False),  # in the bed's journal
    Column("at", String(27), nullable=False),  # by the bed's clock
    Column("ward_at", String(27), nullable=False),  # the same moment by the ward's
    Column("zone", String(40), nullable=False),
    Column("device", String(40), nullable=False),
    Column("episode", String(40), nullable=True),
    Column("kind", String(40), nullable=False),
    Column("data", Text, nullable=False),
    Index("ward_rows_of_bed", "bed", "number"),
)  # fmt: skip
acknowledged = Table(
    "ward_acknowledged", metadata,
    Column("uuid", String(40), primary_key=True),  # of the row that was seen
    Column("who", String(60), nullable=False),
    Column("at", String(27), nullable=False),
)  # fmt: skip
people = Table(
    "ward_people", metadata,
    Column("name", String(60), primary_key=True),
    Column("pin_hash", Text, nullable=False),
    Column("role", String(20), nullable=False),
)  # fmt: skip
audit = Table(
    "ward_audit", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(27), nullable=False),
    Column("who", String(60), nullable=False),
    Column("what", String(40), nullable=False),
    Column("bed", String(40), nullable=False),
)  # fmt: skip
