-- What each installation wrote to GitHub lately: the times of its requests, oldest first, as far
-- back as a limit looks. Content is what people get told of; every request that changes something
-- counts as a write.
create table spending (
  installation_id bigint primary key,
  content_times timestamptz[] not null,
  write_times timestamptz[] not null,
  -- Until when the requests that found nothing left were told to wait.
  promised_until timestamptz
);
