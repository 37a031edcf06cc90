-- The rules that organisations and repositories add in their configuration, per repository where
-- they count. A rule that counts no more keeps its name, since keys that it found refer to it.
create table own_rules (
  repository_id bigint not null,
  id text not null,
  name text not null,
  -- The rule as JSON, ready to run; null once it counts no more.
  content text,
  primary key (repository_id, id)
);

-- The hash of those that count there: what was scanned with other ones is scanned again.
alter table repositories add column own_rules text;
