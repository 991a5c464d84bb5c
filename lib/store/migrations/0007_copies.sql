-- When another copy of the peer's database was refused last; NULL where none was.
ALTER TABLE sync_peers ADD COLUMN copy_seen_at TEXT;
-- When the peer has last refused one of this device's, as it says.
ALTER TABLE sync_peers ADD COLUMN own_copy_seen_at TEXT;
