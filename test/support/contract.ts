/** Holds every request with its answer that passes the stand-in against GitHub's own description. */
import { appendFileSync, readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { inject } from "vitest";
import { readManifest } from "../../src/config/app-manifest.ts";
import type { Permissions } from "../../src/sandbox/identity.ts";
import type { Exchange } from "../../src/sandbox/rest/exchange.ts";

type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly query: Readonly<Record<string, Schema>>;
  readonly queryRequired: readonly string[];
  readonly body?: Schema;
  /** Null where the answer has no JSON. */
  readonly responses: Readonly<Record<string, Schema | null>>;
}

interface Slim {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** What a worker tells the whole run of: one line of JSON each. */
export type ContractNote =
  | { readonly endpoint: string }
  | { readonly violation: string }
  | { readonly unpermitted: string };

declare module "vitest" {
  interface ProvidedContext {
    /** File to which workers append their notes. */
    contractFile: string;
  }
}

const FILE = new URL("../fixtures/openapi-slim.json", import.meta.url);
const slim: Slim = JSON.parse(readFileSync(FILE, "utf8"));
const NAME = "openapi-slim.json";
const validators = new Map<string, ValidateFunction>();
const ajv = createAjv();

/**
 * `app`: everything that is asked must be right. `tests`: a test asks wrong things on purpose, so only
 * what the stand-in accepted must have been right.
 */
export type ContractSubject = "app" | "tests";

/** Watches one stand-in; each note goes to the run's report once for each worker. */
export function observeContract(subject: ContractSubject): (exchange: Exchange) => void {
  const { permissions } = readManifest();
  const told = new Set<string>();
  return (exchange) => {
    for (const note of listNotes(exchange, subject, permissions)) {
      const line = `${JSON.stringify(note)}\n`;
      if (told.has(line)) continue;
      told.add(line);
      appendFileSync(inject("contractFile"), line);
    }
  };
}

/** Which endpoint was called, and everything about the exchange that GitHub would not do or take. */
export function listNotes(
  exchange: Exchange,
  subject: ContractSubject,
  permissions: Permissions,
): ContractNote[] {
  const { method, route, path } = exchange;
  if (route === undefined) {
    return subject === "app" ? [{ violation: `${method} ${path}: no such endpoint` }] : [];
  }
  const endpoint = `${method} ${route}`;
  const operation = slim.operations[endpoint];
  if (operation === undefined) return [{ violation: `${endpoint}: not in GitHub's description` }];
  const isAsked = subject === "app" || exchange.status < 400;
  const problems = [
    ...(isAsked ? listRequestProblems(exchange, operation, endpoint) : []),
    ...listAnswerProblems(exchange, operation, endpoint),
  ];
  const unpermitted =
    subject === "app" && !isPermitted(exchange.access, permissions)
      ? [{ unpermitted: endpoint }]
      : [];
  return [
    { endpoint },
    ...problems.map((problem) => ({ violation: `${endpoint}: ${problem}` })),
    ...unpermitted,
  ];
}

function listRequestProblems(
  { query, requestBody }: Exchange,
  operation: Operation,
  endpoint: string,
): string[] {
  const unknown = Object.keys(query).filter((name) => operation.query[name] === undefined);
  const missing = operation.queryRequired.filter((name) => query[name] === undefined);
  const wrong = Object.entries(query).flatMap(([name, value]) => {
    const schema = operation.query[name];
    return schema === undefined
      ? []
      : listErrors(`${endpoint} ?${name}`, schema, readQuery(value, schema));
  });
  return [
    ...unknown.map((name) => `unknown query parameter ${name}`),
    ...missing.map((name) => `query parameter ${name} is missing`),
    ...wrong,
    ...listBodyProblems(requestBody, operation, endpoint),
  ];
}

/** What GitHub's description lets pass though GitHub ignores or refuses it is looked for by hand. */
function listBodyProblems(body: unknown, operation: Operation, endpoint: string): string[] {
  if (body === undefined) return [];
  if (operation.body === undefined) return ["takes no body"];
  const fields = body as Readonly<Record<string, unknown>>;
  const concludes = fields["status"] !== "completed" || fields["conclusion"] !== undefined;
  const isCheckRun = operation.operationId.startsWith("checks/");
  return [
    ...listErrors(`${endpoint} body`, operation.body, body),
    ...listUnknownFields(body, operation.body, ""),
    ...(isCheckRun && !concludes ? ["status completed without a conclusion"] : []),
  ];
}

/** Fields that no alternative of the schema names, as `output.annotations[].colour`. */
function listUnknownFields(value: unknown, schema: Schema | undefined, at: string): string[] {
  const shapes = listShapes(schema);
  if (Array.isArray(value)) {
    const items = shapes.map((shape) => shape["items"] as Schema | undefined).find(Boolean);
    return [...new Set(value.flatMap((item) => listUnknownFields(item, items, `${at}[]`)))];
  }
  const properties = Object.assign({}, ...shapes.map((shape) => shape["properties"] ?? {}));
  if (typeof value !== "object" || value === null || Object.keys(properties).length === 0)
    return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = at === "" ? name : `${at}.${name}`;
    if (!(name in properties)) return [`unknown field ${field}`];
    return listUnknownFields(inner, properties[name], field);
  });
}

function listShapes(schema: Schema | undefined): Schema[] {
  if (schema === undefined) return [];
  const name = /^#\/schemas\/(.+)$/.exec(String(schema["$ref"] ?? ""))?.[1];
  const referred = name === undefined ? [] : listShapes(slim.schemas[name]);
  const inner = ["anyOf", "oneOf", "allOf"].flatMap((key) => (schema[key] ?? []) as Schema[]);
  return [schema, ...referred, ...inner.flatMap(listShapes)];
}

function listAnswerProblems(
  { status, answer }: Exchange,
  operation: Operation,
  endpoint: string,
): string[] {
  if (status >= 500) return [`the stand-in failed with ${status}`];
  const schema = operation.responses[String(status)];
  // Few endpoints have their 401, 403, 410 described; redirects come from GitHub's front door.
  if (schema === undefined) return status < 300 ? [`status ${status} is not described`] : [];
  if (schema === null || answer === undefined) return [];
  return listErrors(`${endpoint} ${status}`, schema, answer).map((one) => `answer: ${one}`);
}

function isPermitted(access: Exchange["access"], permissions: Permissions): boolean {
  if (access?.kind !== "repository") return true;
  return access.anyOf.some((need) => {
    const [permission = "", level] = need.split(":");
    return permissions[permission] === "write" || permissions[permission] === level;
  });
}

/** A query has texts only; numbers and truth values are written into it. */
function readQuery(text: string, schema: Schema): unknown {
  const types = listShapes(schema).map((shape) => shape["type"]);
  if (types.includes("integer") || types.includes("number")) return Number(text);
  return types.includes("boolean") ? text === "true" : text;
}

function listErrors(key: string, schema: Schema, value: unknown): string[] {
  let validate = validators.get(key);
  if (validate === undefined) {
    validate = ajv.compile(withName(schema) as Schema);
    validators.set(key, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? [])
    .slice(0, 3)
    .map(
      ({ instancePath, message, params }) =>
        `${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
    );
}

/** A schema compiled by itself finds those it refers to under the name of the whole. */
function withName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withName);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "$ref" ? `${NAME}${inner}` : withName(inner),
    ]),
  );
}

function createAjv(): Ajv {
  const made = new Ajv({ strict: false, allErrors: false, validateFormats: true });
  addFormats.default(made);
  for (const format of ["repo.nwo", "timestamp", "binary", "email"]) made.addFormat(format, true);
  // Links with templates such as `{/sha}` are no URIs, though the description calls some of them so.
  made.addFormat("uri", true);
  made.addSchema({ $id: NAME, schemas: slim.schemas });
  return made;
}
