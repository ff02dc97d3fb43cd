-- Answers "yes" are kept as answers "no" are: 1 where the box of the picture does show the identity.
ALTER TABLE cannot_link ADD COLUMN shows INTEGER NOT NULL DEFAULT 0 CHECK (shows IN (0, 1));
