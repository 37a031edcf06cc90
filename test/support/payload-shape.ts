/** Compares a payload of ours with GitHub's own examples, field by field. */
import { createRequire } from "node:module";

interface ExamplesOfEvent {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

/** Every example of an event, for one action where it has actions. */
export function listExamples(name: string, action?: string): readonly unknown[] {
  const load = createRequire(import.meta.url);
  const all = load("@octokit/webhooks-examples/api.github.com/index.json") as ExamplesOfEvent[];
  const found = all.find((event) => event.name === name)?.examples ?? [];
  return found.filter((example) => action === undefined || example["action"] === action);
}

/**
 * What one App was granted is no part of the shape, nor are properties of an organisation's own; only
 * pull requests are drafts.
 */
const NOT_COMPARED = /\.permissions\.|^issue\.draft$|^pull_request\..*\.custom_properties$/;

/** Fields that each of the examples has but the payload lacks, as `a.b[].c`. */
export function listMissingFields(payload: unknown, examples: readonly unknown[]): string[] {
  const ours = listFields(payload);
  const [first, ...others] = examples.map((example) => listFields(example));
  const common = [...(first ?? [])].filter((field) => others.every((one) => one.has(field)));
  return common.filter(
    (field) => !ours.has(field) && !NOT_COMPARED.test(field) && hasSiblings(field, ours),
  );
}

function listFields(value: unknown, prefix = "", fields = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    for (const item of value) listFields(item, `${prefix}[]`, fields);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const field = prefix === "" ? name : `${prefix}.${name}`;
      fields.add(field);
      listFields(inner, field, fields);
    }
  }
  return fields;
}

/** A field of something that is null or empty in our payload is not missing. */
function hasSiblings(field: string, ours: ReadonlySet<string>): boolean {
  const parent = field.replace(/\.?[^.]+$/, "");
  return parent === "" || [...ours].some((one) => one.startsWith(`${parent}.`));
}
