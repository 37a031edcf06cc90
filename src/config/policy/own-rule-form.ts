/** The form of the rules under `rules.own`; whether a pattern is any good is tried elsewhere. */
import { z } from "zod";
import { type Lane, SEVERITIES, type Severity } from "../../model/rule.ts";
import { mayHoldKey } from "./key-like.ts";

/** A rule as the file has it, checked, with nothing filled in. */
export interface OwnRuleFileEntry {
  readonly id: string;
  readonly name: string;
  readonly pattern: string;
  readonly lane: Lane;
  readonly severity: Severity;
  readonly keywords?: readonly string[] | undefined;
  readonly entropy?: number | undefined;
  readonly ignore_case?: boolean | undefined;
  readonly examples?: readonly string[] | undefined;
  readonly non_examples?: readonly string[] | undefined;
}

/** Of one file. */
export const OWN_RULES_MAX = 50;
const PATTERN_CHARACTERS_MAX = 1_000;
const KEYWORDS_MAX = 10;
const KEYWORD_CHARACTERS_MAX = 60;
const EXAMPLES_MAX = 10;
const EXAMPLE_CHARACTERS_MAX = 500;
const ENTROPY_MAX = 8;

const ID_ADVICE = "write an id such as own-acme-token, in lower case and at most 60 characters";
const NAME_ADVICE = "write a name of 3 to 80 characters";
const PATTERN_ADVICE = `write a regular expression of at most ${PATTERN_CHARACTERS_MAX} characters`;
const ENTROPY_ADVICE = `write a number from 0 to ${ENTROPY_MAX}, in bits per character`;
const KEYWORD_ADVICE = `write 3 to ${KEYWORD_CHARACTERS_MAX} characters of ASCII`;
const NO_KEY_IN_NAME = "this text may hold a key: name the kind of key";
const NO_KEY_IN_RULE =
  "this may hold a key: write the form of a key, such as acme_[a-z0-9]{32}, never a key itself";
const NO_KEY_IN_EXAMPLE =
  "this may hold a key: write a placeholder instead, such as {{alnum:32}} or {{[a-f0-9]:40}}";

const EXAMPLES = (advice: string) =>
  z
    .array(
      z
        .string(advice)
        .min(1, advice)
        .max(EXAMPLE_CHARACTERS_MAX, `an example has at most ${EXAMPLE_CHARACTERS_MAX} characters`)
        .refine((text) => !mayHoldKey(text.replace(PLACEHOLDER, " ")), NO_KEY_IN_EXAMPLE),
      advice,
    )
    .max(EXAMPLES_MAX, `at most ${EXAMPLES_MAX} are read`)
    .optional();

/** As rules/expand.ts reads them; what stands inside is no key. */
const PLACEHOLDER = /\{\{[^{}]{1,100}\}\}/g;

const OWN_RULE = z.strictObject(
  {
    id: z
      .string(ID_ADVICE)
      .max(60, ID_ADVICE)
      .regex(/^own(?:-[a-z0-9]+)+$/, ID_ADVICE)
      .refine((text) => !text.split("-").some(mayHoldKey), NO_KEY_IN_NAME),
    name: z
      .string(NAME_ADVICE)
      .trim()
      .regex(/^[^\p{Cc}\p{Cf}]{3,80}$/u, NAME_ADVICE)
      .refine((text) => !mayHoldKey(text), NO_KEY_IN_NAME),
    pattern: z
      .string(PATTERN_ADVICE)
      .min(1, PATTERN_ADVICE)
      .max(PATTERN_CHARACTERS_MAX, PATTERN_ADVICE)
      .refine((text) => !mayHoldKey(text), NO_KEY_IN_RULE),
    lane: z.enum(["provider", "generic"], "write provider (it gates merges) or generic"),
    severity: z.enum(SEVERITIES, `write one of ${SEVERITIES.join(", ")}`),
    keywords: z
      .array(
        z
          .string(KEYWORD_ADVICE)
          .min(3, KEYWORD_ADVICE)
          .max(KEYWORD_CHARACTERS_MAX, KEYWORD_ADVICE)
          .regex(/^[\x20-\x7e]+$/, KEYWORD_ADVICE)
          .refine((text) => !mayHoldKey(text), NO_KEY_IN_RULE)
          .toLowerCase(),
        "write a list of words, such as [acme]",
      )
      .min(1, "name at least one word, or leave keywords out")
      .max(KEYWORDS_MAX, `at most ${KEYWORDS_MAX} words are read`)
      .optional(),
    entropy: z
      .string(ENTROPY_ADVICE)
      .regex(/^\d(?:\.\d{1,3})?$/, ENTROPY_ADVICE)
      .transform(Number)
      .refine((bits) => bits <= ENTROPY_MAX, ENTROPY_ADVICE)
      .optional(),
    ignore_case: z
      .enum(["true", "false"], "write true or false")
      .transform((text) => text === "true")
      .optional(),
    examples: EXAMPLES("write a list of texts that the rule must find"),
    non_examples: EXAMPLES("write a list of texts that the rule must not find"),
  },
  "write a rule with id, name, pattern, lane and severity",
);

export const OWN_RULES: z.ZodType<readonly OwnRuleFileEntry[]> = z
  .array(OWN_RULE, "write a list of rules, each beginning with a hyphen")
  .max(OWN_RULES_MAX, `at most ${OWN_RULES_MAX} rules are read`)
  .check(({ value, issues }) => {
    const seen = new Set<string>();
    for (const [index, { id }] of value.entries()) {
      if (seen.has(id)) {
        const message = "another rule of this file has this id: choose another one";
        issues.push({ code: "custom", message, input: undefined, path: [index, "id"] });
      }
      seen.add(id);
    }
  });

export function listOwnRuleKeys(): readonly string[] {
  return Object.keys(OWN_RULE.shape);
}
