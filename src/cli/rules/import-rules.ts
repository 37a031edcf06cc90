/** Converts the rules of gitleaks and betterleaks, which are TOML, into a rule file of ours. */
import { stringify } from "yaml";
import type { CompiledRules } from "../../model/rule.ts";
import { compileRules } from "../../rules/compile.ts";
import { rewriteRe2 } from "../../rules/import/from-re2.ts";
import { listSamples } from "../../rules/import/samples.ts";
import type { RuleSource } from "../../rules/rule-file.ts";
import {
  type ForeignRule,
  type ImportedRules,
  listLosses,
  type RuleNote,
  readForeignRules,
} from "./foreign-rules.ts";
import { createFinder, isFound, isMissed } from "./prove-rules.ts";

/**
 * @param provider begins the ids and names the file, such as `acme`.
 * @throws UsageError when the text is no TOML with rules.
 */
export function importRules(toml: string, provider: string): ImportedRules {
  const imported: RuleSource[] = [];
  const refused: RuleNote[] = [];
  const notes: RuleNote[] = [];
  const ids = new Set<string>();
  for (const foreign of readForeignRules(toml)) {
    try {
      const { rule, texts } = convert(foreign, provider);
      if (ids.has(rule.id)) throw new Error("another rule has this id");
      ids.add(rule.id);
      imported.push(rule);
      notes.push(...texts.map((text) => ({ id: foreign.id, text })));
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      refused.push({ id: foreign.id, text });
    }
  }
  const { rules, shadowed } = dropShadowed(imported, provider);
  refused.push(...shadowed);
  const yaml = rules.length === 0 ? undefined : render(provider, rules);
  return { yaml, importedCount: rules.length, refused, notes };
}

/** Of two rules that claim the same text only one can report it: the other would never be seen. */
function dropShadowed(imported: readonly RuleSource[], provider: string) {
  if (imported.length === 0) return { rules: imported, shadowed: [] };
  const find = createFinder(compile(imported, provider));
  const isSeen = ({ id, examples }: RuleSource) =>
    examples.every((example) => isFound(find, id, example));
  const shadowed = imported
    .filter((rule) => !isSeen(rule))
    .map(({ id }) => ({ id, text: "another rule of the file finds the same" }));
  return { rules: imported.filter(isSeen), shadowed };
}

interface Converted {
  readonly rule: RuleSource;
  readonly texts: readonly string[];
}

function convert(foreign: ForeignRule, provider: string): Converted {
  if (foreign.regex === undefined)
    throw new Error("it looks at paths alone, which no rule here does");
  const { pattern, ignoreCase, notes } = rewriteRe2(foreign.regex, foreign.secretGroup ?? 0);
  const draft: RuleSource = {
    id: idOf(foreign.id, provider),
    name: foreign.description?.trim().slice(0, NAME_CHARACTERS_MAX) || foreign.id,
    lane: /generic/i.test(foreign.id) ? "generic" : "provider",
    severity: "high",
    pattern,
    ignore_case: ignoreCase,
    entropy: foreign.entropy ?? 0,
    skip_references: false,
    test_key: false,
    not_in: [],
    parts: [],
    examples: ["none yet", "none yet"],
    non_examples: ["none yet"],
  };
  return { rule: addSamples(draft, provider), texts: [...notes, ...listLosses(foreign)] };
}

const NAME_CHARACTERS_MAX = 120;

/** @param provider begins the id. */
export function idOf(id: string, provider: string): string {
  const slug = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug.startsWith(`${provider}-`) ? slug : `${provider}-${slug}`;
}

/** Text around a key in which patterns with borders find it too. */
const SURROUNDINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `value: ${text}\n`,
  (text) => `"${text}"`,
];

/** Examples are made from the pattern and tried, so that what is written is known to work. */
function addSamples(draft: RuleSource, provider: string): RuleSource {
  const find = createFinder(compile([draft], provider));
  const samples = listSamples(draft.pattern, draft.ignore_case);
  const examples = samples.hits
    .flatMap((hit) => SURROUNDINGS.map((surround) => surround(hit)))
    .filter((example) => isFound(find, draft.id, example))
    .slice(0, EXAMPLES_MIN);
  if (examples.length < EXAMPLES_MIN) {
    throw new Error("no example could be made that it finds: write it by hand");
  }
  const miss = samples.misses.find((candidate) => isMissed(find, draft.id, candidate));
  return { ...draft, examples, non_examples: [miss ?? "a text without any key"] };
}

/** As many as a rule file has to have. */
const EXAMPLES_MIN = 2;

/** @throws Error saying why the compiler refuses the pattern. */
function compile(sources: readonly RuleSource[], provider: string): CompiledRules {
  const file = { name: `${provider}.yml`, text: render(provider, sources) };
  const { rules, problems } = compileRules([file], "0".repeat(64));
  if (rules !== undefined) return rules;
  throw new Error(problems[0]?.message.replace(/^[a-z0-9-]+: /, "") ?? "it cannot be compiled");
}

/** Guidance is for people to write: what stands there is true of any key. */
function render(provider: string, rules: readonly RuleSource[]): string {
  return stringify(
    {
      provider,
      docs: GUIDE_PAGE,
      rotate: {
        page: GUIDE_PAGE,
        steps: [
          "Find out what uses the key.",
          "Make a new key with no more rights than it needs.",
          "Switch over what uses the old one, and verify it.",
          "Revoke the old key, and delete it where it was stored.",
        ],
        proof: "A request with the old key is refused.",
        scope: "Ask the issuer how far a key can be narrowed.",
      },
      rules,
    },
    { lineWidth: 0 },
  );
}

/** What GitHub advises for any key. */
const GUIDE_PAGE = "https://docs.github.com/en/code-security";
