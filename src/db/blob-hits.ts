/** What was found in which blob, under which rules; masked and fingerprinted, never in clear. */

import { inChunks } from "../lib/chunks.ts";
import type { Finding } from "../model/finding.ts";
import type { Fingerprint, ObjectId, RepositoryId, RuleId } from "../model/ids.ts";
import type { Db } from "./schema.ts";

export interface BlobHit extends Finding {
  readonly blob: ObjectId;
}

interface Scope {
  readonly repositoryId: RepositoryId;
  readonly rulesHash: string;
}

/** PostgreSQL takes 65,535 parameters per statement; a row here has eleven. */
const ROWS_PER_STATEMENT_MAX = 1_000;
const IDS_PER_STATEMENT_MAX = 5_000;

export async function recordBlobHits(
  db: Db,
  scope: Scope,
  hits: readonly BlobHit[],
): Promise<void> {
  for (const chunk of inChunks(hits, ROWS_PER_STATEMENT_MAX)) {
    await db
      .insertInto("blob_hits")
      .values(
        chunk.map((hit) => ({
          repository_id: scope.repositoryId,
          rules_hash: scope.rulesHash,
          blob: hit.blob,
          rule_id: hit.rule,
          fingerprint: hit.fingerprint,
          masked: hit.masked,
          inside: hit.inside ?? "",
          line: hit.place.line,
          column_start: hit.place.column,
          line_end: hit.place.lineEnd,
          column_end: hit.place.columnEnd,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Remembered hits in any of the given blobs. */
export async function listBlobHits(
  db: Db,
  scope: Scope,
  blobs: readonly ObjectId[],
): Promise<readonly BlobHit[]> {
  const hits: BlobHit[] = [];
  for (const chunk of inChunks(blobs, IDS_PER_STATEMENT_MAX)) {
    const rows = await db
      .selectFrom("blob_hits")
      .selectAll()
      .where("repository_id", "=", scope.repositoryId)
      .where("rules_hash", "=", scope.rulesHash)
      .where("blob", "in", chunk)
      .execute();
    for (const row of rows) {
      hits.push({
        blob: row.blob as ObjectId,
        rule: row.rule_id as RuleId,
        fingerprint: row.fingerprint as Fingerprint,
        masked: row.masked,
        ...(row.inside !== "" && { inside: row.inside }),
        place: {
          line: row.line,
          column: row.column_start,
          lineEnd: row.line_end,
          columnEnd: row.column_end,
        },
      });
    }
  }
  return hits;
}

/** All blobs of a repository that are known to hold one of these keys, as blob and key. */
export async function listBlobsHolding(
  db: Db,
  repositoryId: RepositoryId,
  fingerprints: readonly Fingerprint[],
): Promise<readonly { blob: ObjectId; fingerprint: Fingerprint }[]> {
  const found: { blob: ObjectId; fingerprint: Fingerprint }[] = [];
  for (const chunk of inChunks(fingerprints, IDS_PER_STATEMENT_MAX)) {
    const rows = await db
      .selectFrom("blob_hits")
      .select(["blob", "fingerprint"])
      .distinct()
      .where("repository_id", "=", repositoryId)
      .where("fingerprint", "in", chunk)
      .execute();
    for (const row of rows) {
      found.push({ blob: row.blob as ObjectId, fingerprint: row.fingerprint as Fingerprint });
    }
  }
  return found;
}
