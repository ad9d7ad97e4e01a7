"""Every schema that was ever released opens; the tables are what the queries think they are."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from skill.journal.storage import database as opening
from skill.journal.storage import tables
from skill.journal.storage.store import Journal
from skill.journal.times import ClockReading
from tests.journal.conftest import AT_THREE, OSLO, a_night

RELEASED = sorted((Path(__file__).parent / "schemas").glob("*.sql"))


def test_the_program_knows_every_migration():
    config = Config()
    config.set_main_option("script_location", str(opening.MIGRATIONS))
    scripts = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(scripts)) == opening.KNOWN_VERSIONS


def test_the_migrations_make_the_tables_that_the_queries_use(journal: Journal, database: Path):
    assert journal.last_id() == 0
    with create_engine(f"sqlite:///{database}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


@pytest.mark.parametrize("schema", RELEASED, ids=lambda path: path.stem)
def test_a_journal_of_each_released_schema_opens_with_its_nights(schema: Path, database: Path):
    database.parent.mkdir()
    connection = sqlite3.connect(database)
    connection.executescript(schema.read_text(encoding="utf-8"))
    connection.close()
    with Journal.open(database, zone=OSLO) as journal:
        (summary,) = journal.episodes()
        assert journal.episode(summary.uuid).steps[0].outcome == "better"
        a_night(journal)
    assert opening.schema_version(database) == opening.SCHEMA_VERSION


def test_rows_of_the_first_edition_know_no_time_since_boot_and_new_ones_do(database: Path):
    database.parent.mkdir()
    connection = sqlite3.connect(database)
    connection.executescript(RELEASED[0].read_text(encoding="utf-8"))
    connection.close()
    with Journal.open(database, zone=OSLO) as journal:
        before = list(journal.all_events())
        assert {(event.boot, event.since_boot_s) for event in before} == {("", None)}
        journal.append("service_started", {}, None, AT_THREE, ClockReading("a-boot", 12.5))
        after = list(journal.all_events())
    assert after[:-1] == before
    assert (after[-1].boot, after[-1].since_boot_s) == ("a-boot", 12.5)


def test_there_is_one_for_each_version():
    assert tuple(path.stem for path in RELEASED) == opening.KNOWN_VERSIONS


def test_a_migration_that_fails_half_way_changes_nothing(database: Path, tmp_path: Path):
    """The next version's migration, cut off between two of its statements."""
    with Journal.open(database, zone=OSLO) as journal:
        uuid = a_night(journal)
    scripts = tmp_path / "migrations"
    shutil.copytree(opening.MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "v9999_next.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', '{opening.SCHEMA_VERSION}', None, None\n"
        "def upgrade():\n"
        "    op.add_column('episodes', sa.Column('mood', sa.String(10)))\n"
        "    op.execute('UPDATE episodes SET place = upper(place)')\n"
        "    raise KeyboardInterrupt\n"
    )
    config = Config()
    config.set_main_option("script_location", str(scripts))
    engine = opening.make_engine(database, write=True, busy_timeout_s=1)
    from alembic import command

    def upgrade() -> None:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "9999")

    with pytest.raises(KeyboardInterrupt):
        upgrade()
    engine.dispose()
    opening.check_integrity(database)
    assert opening.schema_version(database) == opening.SCHEMA_VERSION
    with Journal.open(database, zone=OSLO) as journal:
        assert journal.episode(uuid).place == "calf"
        assert journal.episodes()[0].place == "calf"


def test_the_copy_is_made_anew_when_it_is_missing_or_of_an_older_fold(database: Path):
    with Journal.open(database, zone=OSLO) as journal:
        a_night(journal)
        a_night(journal)
        before = journal.episodes()
    for damage in (
        "DELETE FROM episodes WHERE rowid = 1",
        "UPDATE meta SET value = '0' WHERE key = 'fold_version'",
    ):
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE episodes SET place = 'nose'")
            connection.execute(damage)
        connection.close()
        with Journal.open(database, zone=OSLO) as journal:
            assert journal.episodes() == before
