/** What a rule file says, with defaults filled in. */
import type { ChecksumName, Lane, Severity } from "../model/rule.ts";

export interface RuleFile {
  /** For example `airtable.yml`. */
  readonly name: string;
  readonly text: string;
}

export interface ProviderSource {
  /** As people write it; its id is the name of the file. */
  readonly provider: string;
  readonly docs: string;
  readonly rotate: {
    readonly page: string;
    readonly steps: readonly string[];
    readonly proof: string;
    readonly scope: string;
  };
  readonly rules: readonly RuleSource[];
}

export interface RuleSource {
  readonly id: string;
  readonly name: string;
  readonly lane: Lane;
  readonly severity: Severity;
  readonly pattern: string;
  readonly ignore_case: boolean;
  /** Bytes that a match may span, where the usual bound is too small for this kind of key. */
  readonly span?: number | undefined;
  /** Bits per character of the key. */
  readonly entropy: number;
  /** Passes over values that name a key instead of being one: variables, calls, paths, words. */
  readonly skip_references: boolean;
  readonly checksum?: ChecksumName | undefined;
  readonly test_key: boolean;
  readonly not_in: readonly string[];
  readonly parts: readonly PartSource[];
  /** Texts with placeholders of expand.ts that this rule must find. */
  readonly examples: readonly string[];
  /** The nearest misses: no rule of the file may find anything in them. */
  readonly non_examples: readonly string[];
}

export interface PartSource {
  readonly name: string;
  readonly pattern: string;
  /** Bytes to look before and behind the match. */
  readonly within: number;
  readonly secret: boolean;
  readonly required: boolean;
  readonly entropy: number;
  readonly ignore_case: boolean;
}
