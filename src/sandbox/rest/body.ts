/** Checks a request's body against its schema, with GitHub's 422 for what does not fit. */
import type { z } from "zod";
import { ApiError } from "./api-error.ts";

/**
 * Returns the body as the schema types it. Throws 422 naming every field that is missing, unknown
 * or wrong: real GitHub lets many unknown fields pass, but in a sandbox a field that does nothing
 * is a mistake worth seeing.
 */
export function parseBody<Body>(schema: z.ZodType<Body>, json: unknown): Body {
  const result = schema.safeParse(json ?? {});
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `For '${issue.path.join("/")}', ${issue.message}`,
  );
  throw new ApiError(422, `Invalid request.\n\n${lines.join("\n")}`, { errors: lines });
}
