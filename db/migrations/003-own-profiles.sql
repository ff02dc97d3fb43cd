-- Profiles that runs from scratch made. A deleted one keeps its id alone, so that files of its models are known to be left over.
CREATE TABLE own_profile (
  id         TEXT PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 36 AND id GLOB 'own-*' AND substr(id, 5) NOT GLOB '*[^0-9a-f]*'),
  name       BLOB, -- sealed; NULL once it is deleted
  created_at INTEGER NOT NULL,
  CHECK (name IS NULL OR length(name) > 0)
) STRICT;
