/** Compares a repository's branches and tags with what was scanned, and asks for what is missing. */
import { findEarliestPush, findSameRange, hasUnscannedPush, type RangeRow } from "../db/ranges.ts";
import {
  type KnownRef,
  listKnownRefs,
  listRulesOfTips,
  recordRef,
  recordRefsScanned,
} from "../db/refs.ts";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import { enqueueRange, keyOf } from "./enqueue-range.ts";
import type { JobParts } from "./parts.ts";
import type { RepositorySubject } from "./write-check.ts";

/** Scans that one comparison asks for: whoever pushes ten thousand branches waits for the next. */
const RANGES_MAX = 1_000;

/**
 * A ref that was scanned before is judged from there; others wait for the reading of the history.
 * A new name of a commit that was scanned brings nothing, and is noted without a scan.
 *
 * @param tips by full name.
 * @returns false when more is missing than one comparison asks for.
 */
export async function reconcileRefs(
  parts: JobParts,
  subject: RepositorySubject,
  tips: ReadonlyMap<string, ObjectId>,
  isHistoryRead: boolean,
): Promise<boolean> {
  const repositoryId = subject.repository.id as RepositoryId;
  const known = await listKnownRefs(parts.db, repositoryId, [...tips.keys()]);
  const moved = [...tips]
    .map(([name, tip]): MovedRef => ({ name, tip, ref: known.get(name) }))
    .filter(({ tip, ref }) => ref?.scannedTip !== tip)
    .filter(({ ref }) => isHistoryRead || baseOf(ref) !== null);
  const commits = new Set(moved.map(({ tip }) => tip));
  const scanned = await listRulesOfTips(parts.db, repositoryId, [...commits]);
  const isRenamed = ({ tip, ref }: MovedRef): boolean => ref === undefined && scanned.has(tip);
  const renamed = moved.filter(isRenamed);
  const wanted = onceEach(moved.filter((one) => !isRenamed(one)));
  let askedCount = 0;
  for (const one of wanted) {
    if (askedCount >= RANGES_MAX) break;
    if (await reconcileRef(parts, subject, one)) askedCount += 1;
  }
  await recordRefsScanned(
    parts.db,
    repositoryId,
    renamed.map(({ name, tip }) => ({ name, tip, rulesHash: scanned.get(tip) ?? "" })),
    parts.now(),
  );
  return askedCount < RANGES_MAX;
}

interface MovedRef {
  readonly name: string;
  readonly tip: ObjectId;
  /** Undefined for a new name. */
  readonly ref: KnownRef | undefined;
}

function baseOf(ref: KnownRef | undefined): string | null {
  return ref?.scannedTip ?? null;
}

/** A second new name of a commit is noted once the first was scanned. */
function onceEach(moved: readonly MovedRef[]): readonly MovedRef[] {
  const commits = new Set<ObjectId>();
  return moved.filter(({ tip, ref }) => {
    const isFirst = !commits.has(tip);
    if (baseOf(ref) === null) commits.add(tip);
    return isFirst || baseOf(ref) !== null;
  });
}

/** @returns whether a scan was asked for. */
async function reconcileRef(
  parts: JobParts,
  subject: RepositorySubject,
  { name, tip, ref }: MovedRef,
): Promise<boolean> {
  const repositoryId = subject.repository.id as RepositoryId;
  const base = baseOf(ref);
  const sourceId = ref?.id ?? (await recordRef(parts.db, repositoryId, name));
  const find = async (head: ObjectId): Promise<RangeRow | undefined> =>
    await findSameRange(parts.db, keyOf(subject, { source: "push", sourceId, head }));
  const newest = await find(tip);
  // What waits for its scan, or failed, leads there by itself.
  if (newest !== undefined && (await hasUnscannedPush(parts.db, repositoryId, sourceId))) {
    return false;
  }
  const untold = newest && (await findUntoldHead(parts, newest, base));
  const earlier = untold && (await find(untold));
  // One that cannot be scanned by itself may be gone, and is read with the newest if it is not.
  const isAlone = untold !== undefined && earlier?.state !== "failed";
  const [head, same] = isAlone ? [untold, earlier] : [tip, newest];
  // A new ref whose scan was over before that of what it stands on counts as read once it is again.
  const isSettled = base === null ? same?.state !== "scanned" : same?.base === base;
  if (same !== undefined && isSettled) return false;
  await enqueueRange(parts, subject, { source: "push", sourceId, head, base, personId: null });
  return true;
}

/**
 * Where the newest push was scanned, and still something before it was not, there was a push of
 * which no webhook told, but which the one after it was compared with. It is scanned by itself, so
 * that its keys are not laid to those who pushed later.
 *
 * @param base up to which the ref was scanned.
 * @returns undefined where what was told of leads back there.
 */
async function findUntoldHead(
  { db }: JobParts,
  newest: RangeRow,
  base: string | null,
): Promise<ObjectId | undefined> {
  const earliest = await findEarliestPush(db, newest, base);
  if (earliest === undefined || (base !== null && earliest.base === base)) return undefined;
  return (earliest.base ?? earliest.head) as ObjectId;
}
