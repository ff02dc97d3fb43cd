-- What things may be compared by. Its model is a head of its own under models/<model_id>/ in the data folder, and is never live.
-- A deleted one keeps its ids alone, so that files of its model are known to be left over.
CREATE TABLE attribute (
  id         TEXT PRIMARY KEY CHECK (length(id) = 32),
  model_id   TEXT NOT NULL REFERENCES model,
  facts      BLOB, -- sealed: JSON of name, values, figures, calibration; NULL once it is deleted
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attribute_by_model ON attribute (model_id);
