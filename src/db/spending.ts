/**
 * What each installation may still write to GitHub, counted across all instances.
 *
 * GitHub counts what was sent within the last minute and hour. A bucket that holds a minute's
 * share and fills up again within a minute would let nearly two shares pass within one; so the
 * times themselves are kept, a few hundred per installation, and the count is exact.
 */
import { sql } from "kysely";
import type { Config } from "../config/parse-settings.ts";
import type { InstallationId } from "../model/ids.ts";
import type { Db } from "./schema.ts";

/** Content is what people are told of, such as an issue; it counts as a write too. */
export type SpendingKind = "content" | "write";

/** At most so many; 0: no limit. */
export interface SpendingLimits {
  readonly contentPerMinuteMax: number;
  readonly contentPerHourMax: number;
  readonly writesPerMinuteMax: number;
}

/** GitHub's limits are 80 a minute and 500 an hour: the same share of both is used. */
const HOUR_SHARE = 7.5;

/** What the operator's settings allow. */
export function spendingLimitsOf(
  settings: Pick<Config, "contentPerMinuteMax" | "writesPerMinuteMax">,
): SpendingLimits {
  const { contentPerMinuteMax, writesPerMinuteMax } = settings;
  const contentPerHourMax = Math.floor(contentPerMinuteMax * HOUR_SHARE);
  return { contentPerMinuteMax, contentPerHourMax, writesPerMinuteMax };
}

export interface Spend {
  readonly installationId: InstallationId;
  readonly kind: SpendingKind;
  readonly now: Date;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Times ahead of this instance's clock by more are of a clock that was put right since. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Takes room for one request, or none of it.
 *
 * @returns 0, or the milliseconds after which to come back, at most an hour. Each of those who
 *   have to wait is told another time, at the pace that can be kept up, so that they do not all
 *   come back for the one place that is free by then.
 */
export async function takeSpending(db: Db, limits: SpendingLimits, spend: Spend): Promise<number> {
  const isUnlimited = limits.contentPerMinuteMax === 0 && limits.writesPerMinuteMax === 0;
  if (isUnlimited || (await tryTake(db, limits, spend))) return 0;
  return await promiseTurn(db, limits, spend);
}

/** One statement: of two requests at once for the last place, the second sees that it is taken. */
async function tryTake(db: Db, limits: SpendingLimits, spend: Spend): Promise<boolean> {
  const { installationId, kind, now } = spend;
  const content =
    kind === "content" ? sql`array[${now}::timestamptz]` : sql`array[]::timestamptz[]`;
  const { rows } = await sql`
    insert into spending as known (installation_id, content_times, write_times)
    values (${installationId}, ${content}, array[${now}::timestamptz])
    on conflict (installation_id) do update set
      content_times = ${timesWithin("content_times", HOUR_MS, now)} || excluded.content_times,
      write_times = ${timesWithin("write_times", MINUTE_MS, now)} || excluded.write_times
    where ${hasRoom("write_times", limits.writesPerMinuteMax, MINUTE_MS, now)}
      and (${kind === "write"} or (
        ${hasRoom("content_times", limits.contentPerMinuteMax, MINUTE_MS, now)}
        and ${hasRoom("content_times", limits.contentPerHourMax, HOUR_MS, now)}
      ))
    returning installation_id
  `.execute(db);
  return rows.length > 0;
}

type TimesColumn = "content_times" | "write_times";

function timesWithin(column: TimesColumn, windowMs: number, now: Date) {
  const from = new Date(now.getTime() - windowMs);
  const to = new Date(now.getTime() + CLOCK_SKEW_MS);
  return sql`array(
    select at from unnest(known.${sql.ref(column)}) as at
    where at > ${from} and at <= ${to} order by at
  )`;
}

function hasRoom(column: TimesColumn, countMax: number, windowMs: number, now: Date) {
  if (countMax === 0) return sql`true`;
  return sql`cardinality(${timesWithin(column, windowMs, now)}) < ${countMax}`;
}

async function promiseTurn(db: Db, limits: SpendingLimits, spend: Spend): Promise<number> {
  const { installationId, kind, now } = spend;
  const { contentPerMinuteMax, contentPerHourMax, writesPerMinuteMax } = limits;
  const frees = [leaves("write_times", writesPerMinuteMax, MINUTE_MS)];
  if (kind === "content") {
    frees.push(leaves("content_times", contentPerMinuteMax, MINUTE_MS));
    frees.push(leaves("content_times", contentPerHourMax, HOUR_MS));
  }
  const latest = new Date(now.getTime() + HOUR_MS);
  const { rows } = await sql<{ turn: Date }>`
    update spending as known set promised_until = least(
      ${latest}::timestamptz,
      greatest(known.promised_until + ${interval(paceMsOf(limits, kind))}, ${now}::timestamptz, ${sql.join(frees)})
    )
    where installation_id = ${installationId}
    returning promised_until as turn
  `.execute(db);
  return Math.max(1, (rows[0]?.turn.getTime() ?? 0) - now.getTime());
}

/** Milliseconds between two requests of a kind that can go on for hours. */
function paceMsOf(limits: SpendingLimits, kind: SpendingKind): number {
  const { contentPerHourMax, writesPerMinuteMax } = limits;
  const isContentLimited = kind === "content" && contentPerHourMax > 0;
  return isContentLimited ? HOUR_MS / contentPerHourMax : MINUTE_MS / writesPerMinuteMax;
}

/** When the oldest of the last `countMax` times is past the window; null when there are fewer. */
function leaves(column: TimesColumn, countMax: number, windowMs: number) {
  if (countMax === 0) return sql`null::timestamptz`;
  const times = sql`known.${sql.ref(column)}`;
  return sql`${times}[cardinality(${times}) - ${countMax}::int + 1] + ${interval(windowMs)}`;
}

function interval(durationMs: number) {
  return sql`interval '1 millisecond' * ${durationMs}::double precision`;
}
