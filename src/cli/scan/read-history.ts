/** Scans a whole history: every object once, and who brought those that hold something. */
import type { ObjectId } from "../../model/ids.ts";
import { catBlobs } from "../../source/cat-file.ts";
import type { GitContext } from "../../source/git-command.ts";
import { listHistoryChanges } from "../../source/local/changes.ts";
import { listLocalObjects } from "../../source/local/objects.ts";
import { catMessages } from "../../source/local/texts.ts";
import type { Engine, Piece } from "./engine.ts";
import type { Hit, Origin, OriginKind, Scanned, Skipped } from "./item.ts";
import type { Progress } from "./progress.ts";

export interface HistoryReading {
  readonly fileBytesMax: number;
  readonly progress: Progress;
  /** Blobs whose place is of interest though they hold nothing; asked when all were read. */
  readonly listLookedAt: () => Iterable<ObjectId>;
}

/** Hits come oldest first, one for each path that a blob was brought to. Throws a GitError. */
export async function scanHistory(
  context: GitContext,
  engine: Engine,
  { fileBytesMax, progress, listLookedAt }: HistoryReading,
): Promise<Scanned> {
  const { commits, tags, blobs, missing, complete } = await listLocalObjects(context);
  progress.expect(commits.length + tags.length + blobs.length);
  const messages = await engine.scanAll(asTexts("commit-message", catMessages(context, commits)));
  const tagMessages = await engine.scanAll(asTexts("tag-message", catMessages(context, tags)));
  const files = await engine.scanAll(asFiles(catBlobs(context, {}, blobs, fileBytesMax)));
  const wanted = new Set([...blobsOf(files), ...listLookedAt()]);
  const places = await findPlaces(context, wanted);
  return {
    hits: [...placeHits(files.hits, places), ...messages.hits, ...tagMessages.hits],
    skipped: [
      ...files.skipped.map((skipped) => placeGap(skipped, places)),
      ...messages.skipped,
      ...tagMessages.skipped,
      ...missing.map(missingBlob),
      ...(complete ? [] : [TOO_MANY]),
    ],
    originOf: (blob) => places.get(blob)?.[0],
  };
}

/** Paths of one blob that are looked at; further ones are copies of what is reported already. */
const PATHS_PER_BLOB_MAX = 20;

const TOO_MANY: Skipped = {
  origin: { kind: "file" },
  gap: { kind: "by-nature", reason: "too-many-objects" },
};

type Item = Awaited<ReturnType<ReturnType<typeof catBlobs>["next"]>>["value"];

async function* asFiles(items: AsyncIterable<Item>): AsyncGenerator<Piece> {
  const origin: Origin = { kind: "file" };
  for await (const item of items) {
    yield "bytes" in item ? { ...item, origin } : { origin, gap: item };
  }
}

async function* asTexts(kind: OriginKind, items: AsyncIterable<Item>): AsyncGenerator<Piece> {
  for await (const item of items) {
    const origin: Origin = item.blob === undefined ? { kind } : { kind, commit: { id: item.blob } };
    yield "bytes" in item ? { ...item, origin } : { origin, gap: item };
  }
}

function missingBlob(blob: ObjectId): Skipped {
  return { origin: { kind: "file" }, gap: { kind: "failed", reason: "blob-missing", blob } };
}

function blobsOf({ hits, skipped }: Scanned): readonly ObjectId[] {
  const gaps = skipped.map(({ gap }) => gap.blob).filter((blob) => blob !== undefined);
  return [...hits.map(({ blob }) => blob), ...gaps];
}

type Places = ReadonlyMap<ObjectId, readonly Origin[]>;

/** Where each blob was first brought to, in the order of the commits: one pass over the log. */
async function findPlaces(context: GitContext, blobs: ReadonlySet<ObjectId>): Promise<Places> {
  const places = new Map<ObjectId, Origin[]>();
  if (blobs.size === 0) return places;
  for await (const changes of listHistoryChanges(context)) {
    for (const { path, blob, commit } of changes) {
      if (blob === undefined || commit === undefined || !blobs.has(blob)) continue;
      addPlace(places, blob, { kind: "file", path, commit });
    }
  }
  return places;
}

function addPlace(places: Map<ObjectId, Origin[]>, blob: ObjectId, origin: Origin): void {
  const known = places.get(blob);
  if (known === undefined) places.set(blob, [origin]);
  else if (known.length < PATHS_PER_BLOB_MAX && known.every(({ path }) => path !== origin.path)) {
    known.push(origin);
  }
}

/** A blob that only a tag names has no path; it is shown by its id. */
function placeHits(hits: readonly Hit[], places: Places): readonly Hit[] {
  const order = new Map([...places.keys()].map((blob, index) => [blob, index]));
  return hits
    .toSorted((a, b) => (order.get(a.blob) ?? 0) - (order.get(b.blob) ?? 0))
    .flatMap((hit) => (places.get(hit.blob) ?? [hit.origin]).map((origin) => ({ ...hit, origin })));
}

function placeGap(skipped: Skipped, places: Places): Skipped {
  const origin = skipped.gap.blob && places.get(skipped.gap.blob)?.[0];
  return origin ? { ...skipped, origin } : skipped;
}
