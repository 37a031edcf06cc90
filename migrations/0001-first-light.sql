-- What Rekeeper remembers. Nothing in here is the text of a key: keys are known by fingerprint and
-- shown by mask. GitHub's numeric ids are the identities; names are kept to show and to call the API.
-- Statements are separated by a line that ends in a semicolon.

create table meta (
  name text primary key,
  value text not null
);

create table installations (
  id bigint primary key,
  account_id bigint not null,
  account_login text not null,
  state text not null check (state in ('active', 'suspended', 'deleted')),
  updated_at timestamptz not null
);

create table repositories (
  id bigint primary key,
  installation_id bigint not null,
  account_id bigint not null,
  owner text not null,
  name text not null,
  default_branch text not null,
  is_private boolean not null,
  state text not null default 'active' check (state in ('active', 'archived', 'deleted')),
  -- When the refs were last compared with GitHub's, and the rules its whole history was read with.
  reconciled_at timestamptz,
  history_rules text,
  updated_at timestamptz not null
);
create index repositories_installation on repositories (installation_id);

-- People who pushed or wrote: jobs carry their id, and what is shown of them is looked up here.
create table people (
  id bigint primary key,
  login text not null,
  is_bot boolean not null
);

-- One row per webhook, written in the transaction that enqueues its jobs.
create table deliveries (
  id text primary key,
  event text not null,
  received_at timestamptz not null
);
create index deliveries_received on deliveries (received_at);

-- Branches and tags. The scanned tip lets the next push read new objects only; it counts only for
-- the rules it was scanned with.
create table refs (
  id bigint generated always as identity primary key,
  repository_id bigint not null,
  name text not null,
  scanned_tip text,
  scanned_rules text,
  scanned_at timestamptz,
  unique (repository_id, name)
);

-- What was found in a blob, so that a blob that comes again by another branch is not read again.
create table blob_hits (
  repository_id bigint not null,
  blob text not null,
  rules_hash text not null,
  rule_id text not null,
  fingerprint text not null,
  masked text not null,
  line integer not null,
  column_start integer not null,
  line_end integer not null,
  column_end integer not null,
  primary key (repository_id, blob, rules_hash, rule_id, fingerprint, line, column_start)
);

-- One key in one repository, with its issue.
create table incidents (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  repository_id bigint not null,
  fingerprint text not null,
  rule_id text not null,
  masked text not null,
  lane text not null check (lane in ('provider', 'generic')),
  severity text not null check (severity in ('critical', 'high', 'medium', 'low')),
  state text not null default 'open'
    check (state in ('open', 'rotating', 'revoked', 'false-positive', 'accepted', 'test-key')),
  verdict text not null default 'unknown'
    check (verdict in ('active', 'inactive', 'unknown', 'uncheckable')),
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  unique (repository_id, fingerprint)
);
create index incidents_fingerprint on incidents (account_id, fingerprint);

-- The places of a key: in a file of a commit, in the texts of a commit or tag, or in what people
-- write on GitHub. A place inside a repository has a commit, one outside has a subject.
create table occurrences (
  id bigint generated always as identity primary key,
  incident_id bigint not null references incidents (id) on delete cascade,
  kind text not null check (kind in (
    'file', 'file-name', 'commit-message', 'tag-message',
    'issue', 'pull', 'comment', 'review', 'review-comment', 'release'
  )),
  commit_id text,
  path text,
  -- Number of the issue or pull request; GitHub's id of the comment, review or release.
  subject_number bigint,
  subject_id bigint,
  line integer not null,
  column_start integer not null,
  line_end integer not null,
  column_end integer not null,
  author_name text not null,
  written_at timestamptz not null,
  -- The account that brought it to GitHub: it pushed, or it wrote.
  person_id bigint,
  found_at timestamptz not null,
  unique nulls not distinct
    (incident_id, kind, commit_id, path, subject_number, subject_id, line, column_start)
);
create index occurrences_subject on occurrences (subject_number) where subject_number is not null;

-- Pull requests and the head they had last.
create table pulls (
  repository_id bigint not null,
  number bigint not null,
  head text not null,
  base_branch text not null,
  is_open boolean not null,
  is_fork boolean not null,
  author_id bigint,
  updated_at timestamptz not null,
  primary key (repository_id, number)
);
create index pulls_head on pulls (repository_id, head);

-- What was looked at to judge a head: one push, or one pull request with its merge base. The
-- conclusion of a head is the worst over all of its ranges.
create table ranges (
  id bigint generated always as identity primary key,
  repository_id bigint not null,
  head text not null,
  source text not null check (source in ('push', 'pull', 'merge-group', 'history')),
  -- Of a push or a history the id of its ref (0: none known), of a pull request its number, else 0.
  source_id bigint not null,
  -- What the head is compared with; null for a new ref, which is compared with what was known.
  base text,
  pusher_id bigint,
  state text not null check (state in ('waiting', 'scanned', 'failed')),
  -- Scans that ended in a failure since the last that did not.
  failure_count integer not null default 0,
  commit_count integer not null default 0,
  -- New versions of files: read by this scan, and known from earlier ones.
  object_count integer not null default 0,
  known_object_count integer not null default 0,
  scanned_bytes bigint not null default 0,
  scan_ms integer not null default 0,
  rules_hash text,
  updated_at timestamptz not null,
  unique (repository_id, head, source, source_id)
);

create table range_findings (
  range_id bigint not null references ranges (id) on delete cascade,
  incident_id bigint not null references incidents (id) on delete cascade,
  is_introduced boolean not null,
  is_in_head boolean not null,
  primary key (range_id, incident_id)
);

create table range_gaps (
  range_id bigint not null references ranges (id) on delete cascade,
  kind text not null check (kind in ('failed', 'by-nature')),
  reason text not null,
  object_count integer not null,
  primary key (range_id, kind, reason)
);

-- Written before anything is created on GitHub. A row without a remote id says that the creation
-- may have happened: GitHub is asked before it is tried again.
create table intents (
  kind text not null check (kind in ('check-run', 'issue', 'comment')),
  repository_id bigint not null,
  target text not null,
  remote_id bigint,
  -- The repository it was created in: an issue may be elsewhere than its key.
  place_id bigint,
  content_hash text,
  -- True once an earlier issue about the same key stood where anyone can read.
  was_published boolean not null default false,
  created_at timestamptz not null,
  primary key (kind, repository_id, target)
);

-- Leases: at most one worker per name until the lease ends.
create table locks (
  name text primary key,
  holder text not null,
  until timestamptz not null
);
