/** Describes one endpoint of the REST API: what it takes, who may call it, what it answers. */
import type { z } from "zod";
import type { PermissionLevel } from "../identity.ts";
import type { Parts } from "../parts.ts";
import type { Account, Repository } from "../state.ts";
import type { InstallationToken } from "../tokens.ts";
import type { Answer } from "./answer.ts";
import { parseBody } from "./body.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface Call<Body = undefined> {
  readonly parts: Parts;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Request headers by name in lower case. */
  readonly headers: Headers;
  /** Address of this request without its query, for the links of a paged answer. */
  readonly url: string;
  readonly body: Body;
  /** Set where the access is `installation` or `repository`. */
  readonly token: InstallationToken | undefined;
  /** In whose name things are written. */
  readonly actor: Account;
  readonly rate: RateLimit;
}

/** A call below `/repos/:owner/:repo`, after the token was found to open that repository. */
export interface RepositoryCall<Body = undefined> extends Call<Body> {
  readonly repository: Repository;
}

export type Access =
  | { readonly kind: "public" }
  /** The App's own JSON web token. */
  | { readonly kind: "app" }
  /** Any token of the installation. */
  | { readonly kind: "installation" }
  /** A token that opens the repository of the path and has one of these permissions. */
  | { readonly kind: "repository"; readonly anyOf: readonly Need[] };

/** Such as `checks:write`. */
export type Need = `${string}:${PermissionLevel}`;

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** hono's pattern, below `/api/v3`. */
  readonly path: string;
  readonly access: Access;
  /** Called after the gate; `json` is the body as it was sent. */
  run(call: Call, json: unknown): Answer | Promise<Answer>;
}

interface Definition<Body, AnyCall> extends Omit<Route, "access" | "run"> {
  /** Absent where the endpoint takes no body. */
  readonly body?: z.ZodType<Body>;
  readonly handle: (call: AnyCall) => Answer | Promise<Answer>;
}

/** An endpoint that belongs to no repository. */
export function defineRoute<Body = undefined>(
  definition: Definition<Body, Call<Body>> & { readonly access: Access },
): Route {
  const { method, path, access, body, handle } = definition;
  return { method, path, access, run: (call, json) => handle({ ...call, body: read(body, json) }) };
}

/** An endpoint below `/repos/:owner/:repo`; of several `needs` one is enough. */
export function defineRepositoryRoute<Body = undefined>(
  definition: Definition<Body, RepositoryCall<Body>> & {
    readonly needs: Need | readonly Need[];
  },
): Route {
  const { method, path, needs, body, handle } = definition;
  const anyOf = typeof needs === "string" ? [needs] : needs;
  return {
    method,
    path: `/repos/:owner/:repo${path}`,
    access: { kind: "repository", anyOf },
    run(call, json) {
      const repository = call.parts.getRepository(call.params["owner"], call.params["repo"]);
      return handle({ ...call, repository, body: read(body, json) });
    },
  };
}

/** Without a schema the body is ignored, as `undefined`, which is what `Body` then is. */
function read<Body>(schema: z.ZodType<Body> | undefined, json: unknown): Body {
  return schema === undefined ? (undefined as Body) : parseBody(schema, json);
}
