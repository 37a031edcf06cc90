/**
 * Writes test/fixtures/openapi-slim.json: of GitHub's own description only the operations that the
 * stand-in answers, as plain JSON schema.
 *
 * The source is a package of 385 MB and so no dependency. To renew the file:
 *
 *     npm install @octokit/openapi --prefix /tmp/openapi
 *     node scripts/build-openapi-slim.ts /tmp/openapi/node_modules/@octokit/openapi
 *     npx biome format --write test/fixtures/openapi-slim.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROUTES } from "../src/sandbox/rest/routes.ts";

type Json = Readonly<Record<string, unknown>>;

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

const TARGET = new URL("../test/fixtures/openapi-slim.json", import.meta.url);
/**
 * Where GitHub's description contradicts GitHub's own examples: it wants the account of each installation
 * to be a user and an enterprise in one. A single installation is described rightly.
 */
const CORRECTED: ReadonlyMap<unknown, Json> = new Map([
  [
    "apps/list-installations",
    { type: "array", items: { $ref: "#/components/schemas/installation" } },
  ],
]);
const BYTES_MAX = 400_000;
const REF_PREFIX = "#/components/schemas/";
/** Texts for readers, and hints that no validator knows. */
const DROPPED = /^(?:description|summary|title|examples?|externalDocs|deprecated|default|x-.*)$/;

build(process.argv[2] ?? "");

function build(packageDir: string): void {
  const read = (file: string): Json => JSON.parse(readFileSync(join(packageDir, file), "utf8"));
  const { version } = read("package.json");
  const description = read("generated/api.github.com.json") as unknown as Description;
  const schemas = new Map<string, unknown>();
  const convert = (schema: unknown): unknown => toJsonSchema(schema, description, schemas);
  const operations = Object.fromEntries(
    ROUTES.map((route): [string, unknown] => {
      const key = `${route.method} ${route.path}`;
      const operation = findOperation(route.method, route.path, description);
      if (operation === undefined) throw new Error(`GitHub has no operation ${key}`);
      return [key, slimOperation(operation, description, convert)];
    }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const sorted = Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = `${JSON.stringify({ source: `@octokit/openapi@${version}`, operations, schemas: sorted })}\n`;
  if (text.length > BYTES_MAX) throw new Error(`${text.length} bytes: more than ${BYTES_MAX}`);
  writeFileSync(TARGET, text);
  console.log(`${Object.keys(operations).length} operations, ${text.length} bytes`);
}

/**
 * The names of path parameters differ, so only their places are compared. The root folder, which has
 * no path, is asked for by the operation of all others.
 */
function findOperation(method: string, route: string, { paths }: Description): Json | undefined {
  const shape = route.replace(/:\w+(?:\{[^}]*\})?/g, "{}").replace(/\/contents$/, "/contents/{}");
  const [, operations] =
    Object.entries(paths).find(([path]) => path.replace(/\{[^}]*\}/g, "{}") === shape) ?? [];
  return operations?.[method.toLowerCase()];
}

function slimOperation(
  operation: Json,
  description: Description,
  convert: (schema: unknown) => unknown,
): Json {
  const parameters = listOf(operation["parameters"]).map((one) => resolve(one, description));
  const query = parameters.filter((one) => one["in"] === "query");
  const body = contentOf(operation["requestBody"]);
  const responses = Object.entries(operation["responses"] as Json).flatMap(([status, one]) => {
    const corrected = status === "200" ? CORRECTED.get(operation["operationId"]) : undefined;
    const schema = corrected ?? contentOf(resolve(one as Json, description));
    return schema === undefined ? [[status, null]] : [[status, convert(schema)]];
  });
  return {
    operationId: operation["operationId"],
    query: Object.fromEntries(query.map((one) => [one["name"], convert(one["schema"])])),
    queryRequired: query.filter((one) => one["required"] === true).map((one) => one["name"]),
    ...(body === undefined ? {} : { body: convert(body) }),
    responses: Object.fromEntries(responses),
  };
}

function contentOf(holder: unknown): unknown {
  const content = (holder as Json | undefined)?.["content"] as Json | undefined;
  const json = Object.entries(content ?? {}).find(([type]) => /^application\/.*json/.test(type));
  return (json?.[1] as Json | undefined)?.["schema"];
}

function resolve(one: Json, { components }: Description): Json {
  const [, , group = "", name = ""] = String(one["$ref"] ?? "").split("/");
  return components[group]?.[name] ?? one;
}

/** OpenAPI 3.0 says `nullable`, JSON schema has a type of its own for null. */
function toJsonSchema(
  value: unknown,
  description: Description,
  schemas: Map<string, unknown>,
): unknown {
  const convert = (inner: unknown): unknown => toJsonSchema(inner, description, schemas);
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== "object" || value === null) return value;
  const schema = value as Json;
  const ref = schema["$ref"];
  if (typeof ref === "string" && ref.startsWith(REF_PREFIX)) {
    const name = ref.slice(REF_PREFIX.length);
    if (!schemas.has(name)) {
      // Kept before it is converted: schemas refer to themselves.
      schemas.set(name, true);
      schemas.set(name, convert(description.components["schemas"]?.[name]));
    }
    return { $ref: `#/schemas/${name}` };
  }
  const entries = Object.entries(schema).flatMap(([key, inner]) => {
    if (key === "properties") return [[key, convertEach(inner as Json, convert)]];
    if (key === "nullable" || DROPPED.test(key)) return [];
    return [[key, key === "enum" ? inner : convert(inner)]];
  });
  const converted = Object.fromEntries(entries) as Json;
  return schema["nullable"] === true ? { anyOf: [converted, { type: "null" }] } : converted;
}

/** Names of properties are no keywords: one may be called `title`. */
function convertEach(properties: Json, convert: (schema: unknown) => unknown): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, convert(schema)]),
  );
}

function listOf(value: unknown): readonly Json[] {
  return (value ?? []) as readonly Json[];
}
