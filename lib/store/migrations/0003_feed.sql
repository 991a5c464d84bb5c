-- The feed in its order with all that it is filtered by: a page, a count and a look for a rare project
-- read this index alone, and no text. `deleted_at` is in it because SQLite reads it even where it is
-- known to be NULL.
DROP INDEX memories_by_age;
CREATE INDEX memories_feed ON memories
  (created_at DESC, row_id DESC, deleted_at, active, project, kind, origin_device_id)
  WHERE deleted_at IS NULL;
-- The words of the full-text index in their order; it holds nothing itself.
CREATE VIRTUAL TABLE memories_words USING fts5vocab('memories_fts', 'instance');
