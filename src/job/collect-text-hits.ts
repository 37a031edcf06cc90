/** Scans the texts of a range's own commits: messages, tag message, new file names. */
import type { RepositoryRow } from "../db/repositories.ts";
import { inChunks } from "../lib/chunks.ts";
import type { Finding } from "../model/finding.ts";
import type { Fragment, Gap } from "../model/fragment.ts";
import { linesOf, maskedLine } from "../model/masked-line.ts";
import type { CommitOccurrence, CommitPlaceKind } from "../model/occurrence.ts";
import type { CommitTexts } from "../source/commit-texts.ts";
import type { Walk } from "../source/walk.ts";
import type { TextHit } from "../triage/decide.ts";
import { maskLines } from "./mask-texts.ts";
import type { JobParts } from "./parts.ts";

interface Text {
  readonly kind: CommitPlaceKind;
  readonly commit: Pick<CommitTexts, "commit" | "author" | "committedAt">;
  /** Of file names one per line. */
  readonly lines: string;
}

export interface TextHits {
  readonly hits: readonly TextHit[];
  readonly gaps: readonly Gap[];
}

const TEXTS_PER_BATCH_MAX = 256;
/** Texts of one range with hits in them that are kept; a range with more is hostile or absurd. */
const HITS_MAX = 10_000;

export async function collectTextHits(
  parts: JobParts,
  repository: RepositoryRow,
  walk: Walk,
): Promise<TextHits> {
  const hits: TextHit[] = [];
  const gaps: Gap[] = [];
  const scan = async (texts: readonly Text[]): Promise<void> => {
    for (const batch of inChunks(texts, TEXTS_PER_BATCH_MAX)) {
      const fragments = batch.map(fragmentOf);
      const results = await parts.pool.scan(fragments, parts.fingerprintKey(repository.account_id));
      for (const [index, result] of results.entries()) {
        const text = batch[index];
        gaps.push(...result.gaps);
        if (text === undefined || hits.length >= HITS_MAX) continue;
        hits.push(...result.findings.map((finding) => hitOf(text, finding, result.findings)));
      }
    }
  };
  for await (const item of walk.texts()) {
    if ("kind" in item) gaps.push(item);
    else await scan(item.flatMap(textsOf));
  }
  const tag = await tagText(walk);
  if (tag !== undefined) await scan([tag]);
  const names = [...new Set(hits.map(({ occurrence }) => occurrence.authorName))];
  const masked = await maskLines(parts, repository, names, walk.head);
  return { hits: hits.map((hit) => withAuthorName(hit, masked)), gaps };
}

/** People are free to put a key into their own name as well. */
function withAuthorName(
  { finding, occurrence }: TextHit,
  masked: ReadonlyMap<string, string>,
): TextHit {
  const authorName = masked.get(occurrence.authorName) ?? occurrence.authorName;
  return { finding, occurrence: { ...occurrence, authorName } };
}

function textsOf(commit: CommitTexts): readonly Text[] {
  const message: Text = { kind: "commit-message", commit, lines: commit.message };
  if (commit.newPaths.length === 0) return [message];
  return [message, { kind: "file-name", commit, lines: linesOf(commit.newPaths) }];
}

async function tagText(walk: Walk): Promise<Text | undefined> {
  const message = await walk.tagMessage();
  if (message === undefined) return undefined;
  const author = { name: "the tagger", email: "" };
  const commit = { commit: walk.head, author, committedAt: new Date() };
  return { kind: "tag-message", commit, lines: message };
}

function fragmentOf({ commit, lines }: Text): Fragment {
  return { blob: commit.commit, bytes: Buffer.from(lines, "utf8") };
}

function hitOf(text: Text, finding: Finding, all: readonly Finding[]): TextHit {
  const occurrence: CommitOccurrence = {
    kind: text.kind,
    commit: text.commit.commit,
    place: finding.place,
    authorName: text.commit.author.name,
    writtenAt: text.commit.committedAt,
    ...(text.kind === "file-name" && { path: maskedLine(text.lines, finding.place.line, all) }),
  };
  return { finding, occurrence };
}
