/** What goes through the REST API: a recorded request with the answer it gets. */

export interface ApiRequest {
  readonly method: string;
  /** Path below `/api/v3`, with its query. */
  readonly path: string;
  /** Parsed JSON; undefined where there is none. */
  body: unknown;
  readonly at: Date;
  /** The HTTP status answered, or 0 while the request is under way. */
  status: number;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON; `undefined` for an answer without a body (204). */
  readonly body?: unknown;
  /** Sent as they are in place of `body`. */
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}
