-- The lives of this database: one for each process that has spoken to others, told by its nonce.
CREATE TABLE sync_lives (
  n     INTEGER PRIMARY KEY,
  nonce TEXT NOT NULL
) STRICT;
-- When it was restored last, in milliseconds since 1970; 0 where it never was.
ALTER TABLE sync_device ADD COLUMN restored_ms INTEGER NOT NULL DEFAULT 0;
-- When a peer has shown that another copy of this database has gone on.
ALTER TABLE sync_device ADD COLUMN forked_at TEXT;
-- The newest life of each peer's database that was met.
ALTER TABLE sync_peers ADD COLUMN life TEXT;
