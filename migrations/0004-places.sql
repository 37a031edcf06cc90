-- The name of a branch or tag may hold a key, so a ref is told apart by the SHA-256 of its name.
update refs set name = encode(sha256(convert_to(name, 'UTF8')), 'hex');

-- A key in an archive: its path within it, which line and column are then of. Two files of one
-- archive may hold it at the same place.
alter table blob_hits add column inside text not null default '';
alter table blob_hits drop constraint blob_hits_pkey;
alter table blob_hits add constraint blob_hits_pkey primary key
  (repository_id, blob, rules_hash, rule_id, fingerprint, inside, line, column_start);

alter table occurrences add column inside text;
alter table occurrences
  drop constraint occurrences_incident_id_kind_commit_id_path_subject_number__key;
alter table occurrences add constraint occurrences_place unique nulls not distinct
  (incident_id, kind, commit_id, path, inside, subject_number, subject_id, line, column_start);

alter table occurrences drop constraint occurrences_kind_check;
alter table occurrences add constraint occurrences_kind_check check (kind in (
  'file', 'file-name', 'ref-name', 'commit-message', 'tag-message',
  'issue', 'pull', 'comment', 'review', 'review-comment', 'release'
));

-- Where an issue was before the configuration named another place for it. What it said stays in its
-- edit history, which anyone can read once that repository is public.
alter table intents add column former_place_id bigint;
