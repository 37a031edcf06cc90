/** Tells whether the database answers. */
import { sql } from "kysely";
import type { Db } from "./schema.ts";

const TIMEOUT_MS = 2_000;

/** Gives a question that never rejects; asked again while it is open, it gives the same answer. */
export function createPing(db: Db): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return () => {
    asking ??= ask(db).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

async function ask(db: Db): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), TIMEOUT_MS);
  const answered = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
