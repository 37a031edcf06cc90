/** One REST request with its answer, as whoever watches the API is told of it. */
import type { Access } from "./route.ts";

export interface Exchange {
  readonly method: string;
  /** Path below `/api/v3`, without its query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly requestBody: unknown;
  /** hono's pattern; undefined where no endpoint of the stand-in has this path. */
  readonly route: string | undefined;
  readonly access: Access | undefined;
  readonly status: number;
  /** The value that was sent as JSON; undefined for an answer without one. */
  readonly answer: unknown;
}
