/** Notes which instance holds what, so that time can pass for the dead alone. */
import type pg from "pg";

export interface Holders {
  /** Makes the time pass after which what an instance held is free again. */
  bury(name: string): Promise<void>;
}

/** Instances are told apart by the name under which they connect. */
const NOTES = `
  create schema simulation;
  create table simulation.held (kind text, id text, holder text, primary key (kind, id));
  create function simulation.note() returns trigger language plpgsql as $$
  begin
    insert into simulation.held
    values (tg_argv[0], case tg_argv[0] when 'job' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'name' end,
      current_setting('application_name'))
    on conflict (kind, id) do update set holder = excluded.holder;
    return null;
  end $$;
  create trigger note_lease after insert or update on locks
    for each row execute function simulation.note('lease');
  create trigger note_job after update on pgboss.job
    for each row when (new.state = 'active') execute function simulation.note('job');
`;

const BURY = [
  `update locks set until = '-infinity' where name in
     (select id from simulation.held where kind = 'lease' and holder = $1)`,
  `update pgboss.job set heartbeat_on = pgboss.job_now() - interval '1 day'
   where state = 'active' and id::text in
     (select id from simulation.held where kind = 'job' and holder = $1)`,
];

export async function watchHolders(pool: pg.Pool): Promise<Holders> {
  await pool.query(NOTES);
  return {
    async bury(name) {
      // Its trigger would note the undertaker as the holder, which holds nothing ever after.
      for (const statement of BURY) await pool.query(statement, [name]);
    },
  };
}
