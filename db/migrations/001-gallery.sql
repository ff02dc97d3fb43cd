-- Columns marked "sealed" hold nonce, tag and ciphertext of AES-256-GCM; db/seal.ts binds each to its row and column.
-- Times are milliseconds since 1970, UTC.

CREATE TABLE gallery (
  id         TEXT PRIMARY KEY CHECK (length(id) = 32),
  created_at INTEGER NOT NULL,
  key_check  BLOB -- sealed; NULL until the first opening with a key
) STRICT;

CREATE TABLE model (
  id         TEXT PRIMARY KEY,
  profile    TEXT NOT NULL CHECK (profile IN ('face', 'object')),
  dimensions INTEGER NOT NULL CHECK (dimensions BETWEEN 1 AND 65536),
  added_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
  id         TEXT PRIMARY KEY CHECK (length(id) = 32),
  profile    TEXT NOT NULL CHECK (profile IN ('face', 'object')),
  name       BLOB NOT NULL, -- sealed
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
  id          TEXT PRIMARY KEY CHECK (length(id) = 32),
  identity_id TEXT NOT NULL REFERENCES identity ON DELETE CASCADE,
  box_x       REAL NOT NULL,
  box_y       REAL NOT NULL,
  box_width   REAL NOT NULL,
  box_height  REAL NOT NULL,
  drawn       INTEGER NOT NULL CHECK (drawn IN (0, 1)),
  quality     TEXT NOT NULL CHECK (json_valid(quality)),
  overridden  INTEGER NOT NULL CHECK (overridden IN (0, 1)),
  keeps       TEXT NOT NULL CHECK (keeps IN ('original', 'crop')),
  source      BLOB NOT NULL, -- sealed: name and sha256 of the picture it comes from
  source_mac  BLOB NOT NULL, -- keyed hash of that sha256: found again with the key, meaningless without
  width       INTEGER NOT NULL,
  height      INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  deleted_at  INTEGER
) STRICT;
CREATE INDEX sample_by_identity ON sample (identity_id, deleted_at, created_at);
CREATE INDEX sample_by_source ON sample (source_mac);

-- Apart from sample, so that reading a sample's facts does not drag its pictures along.
CREATE TABLE picture (
  sample_id TEXT NOT NULL REFERENCES sample ON DELETE CASCADE,
  kind      TEXT NOT NULL CHECK (kind IN ('thumbnail', 'kept')),
  bytes     BLOB NOT NULL, -- sealed
  PRIMARY KEY (sample_id, kind)
) STRICT;

CREATE TABLE embedding (
  model_id  TEXT NOT NULL REFERENCES model,
  sample_id TEXT NOT NULL REFERENCES sample ON DELETE CASCADE,
  vector    BLOB NOT NULL, -- sealed: float32, little-endian, unit length
  PRIMARY KEY (model_id, sample_id)
) STRICT;
CREATE INDEX embedding_by_sample ON embedding (sample_id);

CREATE TABLE event (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  id        TEXT NOT NULL UNIQUE,
  kind      TEXT NOT NULL,
  payload   BLOB NOT NULL, -- sealed: what happened in words, the rows it concerns, how to take it back
  at        INTEGER NOT NULL,
  undone_at INTEGER
) STRICT;

-- Pictures that were being looked at when the engine or the core ended.
CREATE TABLE quarantine (
  id         TEXT PRIMARY KEY,
  source_mac BLOB NOT NULL UNIQUE,
  name       BLOB NOT NULL, -- sealed
  size       INTEGER NOT NULL,
  strikes    INTEGER NOT NULL,
  at         INTEGER NOT NULL
) STRICT;
