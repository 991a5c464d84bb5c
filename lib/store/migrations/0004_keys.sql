-- Where the private key is: 'file' or 'keychain'; NULL as long as there is none.
ALTER TABLE sync_device ADD COLUMN key_store TEXT CHECK (key_store IN ('file', 'keychain'));
UPDATE sync_device SET key_store = 'file' WHERE fingerprint IS NOT NULL;
-- Why it is in a file although a keychain would have been preferred.
ALTER TABLE sync_device ADD COLUMN key_store_note TEXT;
-- What was begun with the key and is not known to be finished, as JSON; NULL where nothing is.
ALTER TABLE sync_device ADD COLUMN key_task TEXT;

-- How this device's key followed from the one before, signed by both.
CREATE TABLE sync_rotations (
  sequence       INTEGER PRIMARY KEY,
  old_public_key TEXT NOT NULL UNIQUE,
  new_public_key TEXT NOT NULL UNIQUE,
  created_at     TEXT NOT NULL,
  old_signature  BLOB NOT NULL,
  new_signature  BLOB NOT NULL
) STRICT;

-- The same of each peer, as far as it was accepted.
CREATE TABLE sync_peer_rotations (
  peer_device_id TEXT NOT NULL REFERENCES sync_peers ON DELETE CASCADE,
  sequence       INTEGER NOT NULL,
  old_public_key TEXT NOT NULL,
  new_public_key TEXT NOT NULL,
  created_at     TEXT NOT NULL,
  accepted_at    TEXT NOT NULL,
  PRIMARY KEY (peer_device_id, sequence)
) STRICT, WITHOUT ROWID;

-- The last rotation of the peer that was accepted, and the last of this device that it has been told.
ALTER TABLE sync_peers ADD COLUMN rotation_accepted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_peers ADD COLUMN rotation_told INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_peers ADD COLUMN rotated_at TEXT;
-- When two keys claimed to follow the same key of it.
ALTER TABLE sync_peers ADD COLUMN key_forked_at TEXT;
