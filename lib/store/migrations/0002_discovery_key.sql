-- What a device's adverts on the local network are recognised by; made when it is first asked for.
ALTER TABLE sync_device ADD COLUMN discovery_key BLOB;
-- The same of each peer; NULL until it has told.
ALTER TABLE sync_peers ADD COLUMN discovery_key BLOB;
