-- The public key of the copy that was kept at the place where the key is not; NULL where none is known.
ALTER TABLE sync_device ADD COLUMN key_copy TEXT;
