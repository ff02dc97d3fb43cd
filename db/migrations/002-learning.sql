-- Profiles of the user's own are named 'own-' and hexadecimal digits. A CHECK cannot be altered: both tables are made anew.
-- db/open.ts migrates with foreign keys off, and checks them before it commits.

CREATE TABLE model_next (
  id         TEXT PRIMARY KEY,
  profile    TEXT NOT NULL CHECK (profile IN ('face', 'object')
               OR (length(profile) BETWEEN 8 AND 36 AND profile GLOB 'own-*' AND substr(profile, 5) NOT GLOB '*[^0-9a-f]*')),
  dimensions INTEGER NOT NULL CHECK (dimensions BETWEEN 1 AND 65536),
  added_at   INTEGER NOT NULL
) STRICT;
INSERT INTO model_next (id, profile, dimensions, added_at) SELECT id, profile, dimensions, added_at FROM model;
DROP TABLE model;
ALTER TABLE model_next RENAME TO model;

CREATE TABLE identity_next (
  id         TEXT PRIMARY KEY CHECK (length(id) = 32),
  profile    TEXT NOT NULL CHECK (profile IN ('face', 'object')
               OR (length(profile) BETWEEN 8 AND 36 AND profile GLOB 'own-*' AND substr(profile, 5) NOT GLOB '*[^0-9a-f]*')),
  name       BLOB NOT NULL, -- sealed
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO identity_next (id, profile, name, created_at, changed_at, deleted_at)
  SELECT id, profile, name, created_at, changed_at, deleted_at FROM identity;
DROP TABLE identity;
ALTER TABLE identity_next RENAME TO identity;

-- A model that was learned here or imported; its files lie under models/<model_id>/ in the data folder.
CREATE TABLE learned (
  model_id     TEXT PRIMARY KEY REFERENCES model,
  kind         TEXT NOT NULL CHECK (kind IN ('head', 'fine-tuned', 'network')),
  facts        BLOB NOT NULL, -- sealed: JSON of title, parent, run, configuration, data, backend, comparison, calibration
  created_at   INTEGER NOT NULL,
  kept_at      INTEGER,
  discarded_at INTEGER, -- its files, embeddings and prototypes are gone
  erased       INTEGER NOT NULL DEFAULT 0 -- identities it was trained on that have been erased since
) STRICT;

-- Without a reference to identity: an identity that is erased is counted in learned.erased, and its row goes.
CREATE TABLE trained_on (
  model_id    TEXT NOT NULL REFERENCES learned,
  identity_id TEXT NOT NULL,
  PRIMARY KEY (model_id, identity_id)
) STRICT, WITHOUT ROWID;

-- The newest row of a profile that is not rolled back, of a model that is not discarded, names its live model.
CREATE TABLE live (
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  profile        TEXT NOT NULL,
  model_id       TEXT REFERENCES learned, -- NULL: the shipped model
  at             INTEGER NOT NULL,
  rolled_back_at INTEGER
) STRICT;

-- A prototype stands for the samples it was made from; once one of them is deleted or moved it no longer does.
CREATE TABLE prototype (
  model_id    TEXT NOT NULL REFERENCES learned,
  identity_id TEXT NOT NULL REFERENCES identity ON DELETE CASCADE,
  vector      BLOB NOT NULL, -- sealed: float32, little-endian, unit length
  PRIMARY KEY (model_id, identity_id)
) STRICT;

CREATE TABLE prototype_sample (
  model_id    TEXT NOT NULL REFERENCES learned,
  sample_id   TEXT NOT NULL REFERENCES sample ON DELETE CASCADE,
  identity_id TEXT NOT NULL REFERENCES identity ON DELETE CASCADE,
  PRIMARY KEY (model_id, sample_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prototype_sample_by_sample ON prototype_sample (sample_id);

-- "This face is not that person": one box of one picture, and an identity.
CREATE TABLE cannot_link (
  id          TEXT PRIMARY KEY CHECK (length(id) = 32),
  source_mac  BLOB NOT NULL, -- keyed hash of the picture's sha256
  picture     BLOB NOT NULL, -- sealed: JSON of sha256 and box
  identity_id TEXT NOT NULL REFERENCES identity ON DELETE CASCADE,
  at          INTEGER NOT NULL
) STRICT;
CREATE INDEX cannot_link_by_source ON cannot_link (source_mac);
