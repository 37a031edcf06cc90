-- The last good configuration of each file: it stays in force while a newer one is broken. What is
-- kept is what the file said, as JSON, without its comments.
create table policies (
  repository_id bigint not null,
  source text not null check (source in ('organisation', 'repository')),
  content text not null,
  blob text not null,
  read_at timestamptz not null,
  primary key (repository_id, source)
);
