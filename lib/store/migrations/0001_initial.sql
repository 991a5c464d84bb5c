-- One row: this device and the life of its log.
CREATE TABLE sync_device (
  singleton   INTEGER PRIMARY KEY CHECK (singleton = 1),
  device_id   TEXT NOT NULL,
  public_key  TEXT,
  fingerprint TEXT,
  certificate TEXT,
  epoch       TEXT NOT NULL,
  created_at  TEXT NOT NULL,
  -- When the database of the program that was here before had been taken in to its end.
  first_import_at TEXT
) STRICT;

-- One row: what the store holds, kept up to date in the transactions that change it.
CREATE TABLE replication_digest (
  singleton  INTEGER PRIMARY KEY CHECK (singleton = 1),
  live       INTEGER NOT NULL,
  tombstones INTEGER NOT NULL,
  sum        TEXT NOT NULL,
  -- How many changes deleted text that may still stand somewhere in the files.
  scrub_due  INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO replication_digest VALUES (1, 0, 0, printf('%064d', 0), 0);

-- The newest version of each memory; a tombstone keeps its row without its text.
CREATE TABLE memories (
  row_id           INTEGER PRIMARY KEY,
  id               TEXT NOT NULL UNIQUE,
  kind             TEXT NOT NULL,
  title            TEXT NOT NULL,
  body             TEXT NOT NULL,
  subtitle         TEXT,
  narrative        TEXT,
  facts            TEXT NOT NULL,
  concepts         TEXT NOT NULL,
  files_read       TEXT NOT NULL,
  files_modified   TEXT NOT NULL,
  tags             TEXT NOT NULL,
  project          TEXT,
  confidence       REAL,
  active           INTEGER NOT NULL,
  extra            TEXT NOT NULL,
  -- What search looks at besides title and body.
  search_text      TEXT NOT NULL,
  origin_device_id TEXT,
  created_at       TEXT NOT NULL,
  updated_at       TEXT NOT NULL,
  deleted_at       TEXT,
  rev              INTEGER NOT NULL,
  clock_device_id  TEXT NOT NULL,
  payload_hash     TEXT NOT NULL,
  -- The op of this version; NULL for a legacy row, which waits for one.
  op_seq           INTEGER
) STRICT;
CREATE INDEX memories_by_age ON memories (created_at DESC, row_id DESC)
  WHERE deleted_at IS NULL;
CREATE INDEX memories_without_op ON memories (row_id) WHERE op_seq IS NULL;

-- The op log: how versions travel. A superseded op is history; it is served to nobody.
CREATE TABLE replication_ops (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  op_id           TEXT NOT NULL UNIQUE,
  entity_type     TEXT NOT NULL,
  entity_id       TEXT NOT NULL,
  op_type         TEXT NOT NULL CHECK (op_type IN ('upsert', 'delete')),
  payload         TEXT,
  rev             INTEGER NOT NULL,
  updated_at      TEXT NOT NULL,
  clock_device_id TEXT NOT NULL,
  device_id       TEXT NOT NULL,
  created_at      TEXT NOT NULL,
  -- The peer that handed it over; NULL where it was written here.
  received_from   TEXT,
  superseded_at   TEXT
) STRICT;
CREATE INDEX replication_ops_by_entity ON replication_ops (entity_id);
CREATE INDEX replication_ops_superseded ON replication_ops (superseded_at)
  WHERE superseded_at IS NOT NULL;

CREATE VIRTUAL TABLE memories_fts USING fts5 (
  title, body, search_text,
  content = 'memories', content_rowid = 'row_id',
  tokenize = 'unicode61 remove_diacritics 2'
);
-- Deleted words leave the index at once, not at some later merge.
INSERT INTO memories_fts (memories_fts, rank) VALUES ('secure-delete', 1);

CREATE TABLE sync_peers (
  peer_device_id    TEXT PRIMARY KEY,
  name              TEXT NOT NULL,
  public_key        TEXT NOT NULL,
  fingerprint       TEXT NOT NULL,
  certificate       TEXT,
  addresses         TEXT NOT NULL,
  last_good_address TEXT,
  state             TEXT NOT NULL,
  paired_at         TEXT NOT NULL,
  removed_at        TEXT,
  last_seen_at      TEXT,
  last_sync_at      TEXT,
  last_error_code   TEXT,
  last_error        TEXT,
  identical_at      TEXT,
  -- How many memories both held then.
  identical_live    INTEGER,
  behind            INTEGER NOT NULL DEFAULT 0,
  clock_offset_ms   INTEGER NOT NULL DEFAULT 0,
  reconciled_at     TEXT,
  divergent         TEXT NOT NULL DEFAULT '[]'
) STRICT;

-- How far each peer's log has been read, and how far ours has been handed to it.
CREATE TABLE replication_cursors (
  peer_device_id TEXT PRIMARY KEY REFERENCES sync_peers ON DELETE CASCADE,
  pulled         TEXT,
  pushed         TEXT
) STRICT;

CREATE TABLE sync_attempts (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  peer_device_id TEXT NOT NULL,
  started_at     TEXT NOT NULL,
  finished_at    TEXT NOT NULL,
  ok             INTEGER NOT NULL,
  address        TEXT,
  error_code     TEXT,
  error          TEXT,
  pulled         INTEGER NOT NULL,
  pushed         INTEGER NOT NULL,
  quarantined    INTEGER NOT NULL,
  -- Failures of the same kind in a row are one row.
  repeats        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX sync_attempts_by_peer ON sync_attempts (peer_device_id, id);

CREATE TABLE sync_nonces (
  peer_device_id TEXT NOT NULL,
  nonce          TEXT NOT NULL,
  seen_at_s      INTEGER NOT NULL,
  PRIMARY KEY (peer_device_id, nonce)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_quarantine (
  op_id         TEXT PRIMARY KEY,
  entity_id     TEXT,
  reason        TEXT NOT NULL,
  detail        TEXT NOT NULL,
  raw           TEXT NOT NULL,
  received_from TEXT,
  received_at   TEXT NOT NULL
) STRICT;
CREATE INDEX sync_quarantine_by_entity ON sync_quarantine (entity_id);

CREATE TABLE sync_invites (
  token_id    TEXT PRIMARY KEY,
  token       BLOB NOT NULL,
  created_at  TEXT NOT NULL,
  expires_at  TEXT NOT NULL,
  replace_key INTEGER NOT NULL,
  used_at     TEXT,
  -- Fingerprint of the key that used it, which may come again until it has confirmed.
  used_by     TEXT,
  confirmed   INTEGER NOT NULL DEFAULT 0
) STRICT;
