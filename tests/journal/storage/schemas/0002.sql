BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE episodes (
	uuid VARCHAR(36) NOT NULL, 
	version INTEGER NOT NULL, 
	device VARCHAR(36) NOT NULL, 
	started_at VARCHAR(27) NOT NULL, 
	ended_at VARCHAR(27), 
	zone VARCHAR(40) NOT NULL, 
	night VARCHAR(10) NOT NULL, 
	place VARCHAR(20) NOT NULL, 
	side VARCHAR(10) NOT NULL, 
	pain_before INTEGER, 
	pain_after INTEGER, 
	sleep_disturbance INTEGER, 
	duration_s FLOAT, 
	ended_reason VARCHAR(20) NOT NULL, 
	steps TEXT NOT NULL, 
	danger_signs TEXT NOT NULL, 
	notes INTEGER NOT NULL, 
	false_start BOOLEAN NOT NULL, 
	deleted BOOLEAN NOT NULL, 
	by_hand BOOLEAN NOT NULL, 
	PRIMARY KEY (uuid)
);
INSERT INTO "episodes" VALUES('dcc30381-87ea-44c1-941c-3f06281b4865',6,'078465d6-825c-4502-9562-83fcb973eb81','2026-03-04T02:12:00.000000Z','2026-03-04T02:12:00.000000Z','Europe/Oslo','2026-03-03','calf','left',NULL,NULL,NULL,0.0,'relieved','calf/B2=better','',0,0,0,0);
CREATE TABLE events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	uuid VARCHAR(36) NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	zone VARCHAR(40) NOT NULL, 
	device VARCHAR(36) NOT NULL, 
	episode VARCHAR(36), 
	kind VARCHAR(40) NOT NULL, 
	data TEXT NOT NULL, boot VARCHAR(40) DEFAULT '' NOT NULL, since_boot_s FLOAT, 
	UNIQUE (uuid)
);
INSERT INTO "events" VALUES(1,'e3e8c728-e8fb-4683-a7b0-3f36b579479f','2026-03-04T02:12:00.000000Z','Europe/Oslo','078465d6-825c-4502-9562-83fcb973eb81','dcc30381-87ea-44c1-941c-3f06281b4865','episode_started','{"app":"","content":"","intent":"cramp","language":"nb","model":"","place":"calf","side":"left","value":"calf"}','',NULL);
INSERT INTO "events" VALUES(2,'97668832-1060-4ebe-ba37-3a1fda2d3cf2','2026-03-04T02:12:00.000000Z','Europe/Oslo','078465d6-825c-4502-9562-83fcb973eb81','dcc30381-87ea-44c1-941c-3f06281b4865','step_started','{"protocol":"calf","rung":"B2"}','',NULL);
INSERT INTO "events" VALUES(3,'8017d56e-945d-4624-a4cf-dddd7fba7ccd','2026-03-04T02:12:00.000000Z','Europe/Oslo','078465d6-825c-4502-9562-83fcb973eb81','dcc30381-87ea-44c1-941c-3f06281b4865','step_ended','{"outcome":"better","protocol":"calf","rung":"B2"}','',NULL);
INSERT INTO "events" VALUES(4,'b96456b4-44bd-490a-b543-d32d0a14812e','2026-03-04T02:12:00.000000Z','Europe/Oslo','078465d6-825c-4502-9562-83fcb973eb81','dcc30381-87ea-44c1-941c-3f06281b4865','question_asked','{"question":"t1_chest"}','',NULL);
INSERT INTO "events" VALUES(5,'d9cfe09e-6a51-4de5-a817-e1baab5600e8','2026-03-04T02:12:00.000000Z','Europe/Oslo','078465d6-825c-4502-9562-83fcb973eb81','dcc30381-87ea-44c1-941c-3f06281b4865','question_answered','{"answer":"no","question":"t1_chest"}','',NULL);
INSERT INTO "events" VALUES(6,'8f4a5dd5-6ac4-4913-a71a-68c0f4d6be06','2026-03-04T02:12:00.000000Z','Europe/Oslo','078465d6-825c-4502-9562-83fcb973eb81','dcc30381-87ea-44c1-941c-3f06281b4865','episode_ended','{"reason":"relieved"}','',NULL);
INSERT INTO "events" VALUES(7,'fecf3bb4-c710-4b71-b4b0-ac5ab0483471','2026-03-04T02:12:00.000000Z','Europe/Oslo','078465d6-825c-4502-9562-83fcb973eb81',NULL,'service_started','{"app":"0.2.0"}','7f5c1c3e-0000-4000-8000-000000000000',42.5);
CREATE TABLE meta (
	"key" VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('device','078465d6-825c-4502-9562-83fcb973eb81');
INSERT INTO "meta" VALUES('fold_version','1');
CREATE INDEX events_of_episode ON events (episode, id);
CREATE INDEX events_by_kind ON events (kind, at);
CREATE INDEX episodes_by_start ON episodes (started_at);
CREATE INDEX episodes_by_night ON episodes (night);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',7);
COMMIT;
