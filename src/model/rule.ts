/** What a rule is: how one kind of key looks, and what an issue about it has to say. */
import type { RuleId } from "./ids.ts";

/**
 * Whether a finding may gate a merge: `provider` is a known issuer's format and does, `generic` is
 * an unknown key in an assignment and never does.
 */
export type Lane = "provider" | "generic";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
/** How bad a leak of this kind is, worst first in `SEVERITIES`. */
export type Severity = (typeof SEVERITIES)[number];

/** Names of the offline checks that a candidate must pass; see detect/checksum.ts. */
export const CHECKSUMS = [
  "github-crc32",
  "npm-crc32",
  "jwt-header",
  "pem-body",
  "pypi-macaroon",
] as const;
export type ChecksumName = (typeof CHECKSUMS)[number];

/** Bytes before a match that its pattern may look back at; the compiler and every engine keep it. */
export const CONTEXT_BYTES = 64;

/**
 * Where in a file a rule's literal stands, relative to the start of the match. Derived from the
 * pattern at build time; nobody writes it by hand.
 */
export interface Prefilter {
  /** Required text, at least three bytes; lower-case when `ignoreCase`. Latin-1. */
  readonly literal: string;
  readonly ignoreCase: boolean;
  /** Bytes between the start of the match and the literal, least and most. */
  readonly offsetMin: number;
  readonly offsetMax: number;
  /**
   * A run of at least `countMin` bytes of `bytes` (64 hex digits: a 256-bit set) that must begin
   * right after the literal; absent where the pattern promises none.
   */
  readonly run?: { readonly bytes: string; readonly countMin: number };
  /** Starts that are no further apart become one range: for what only asks where a text has them. */
  readonly joinWithin?: number;
}

/** A companion of a key within reach of it, such as the secret that belongs to a key id. */
export interface CompiledPart {
  readonly name: string;
  readonly pattern: string;
  readonly flags: string;
  /** Bytes to look before and behind the match. */
  readonly withinBytes: number;
  /** True when the companion is the secret, so that the fingerprint is made of it. */
  readonly secret: boolean;
  /** True when the key alone, without this companion, is no finding. */
  readonly required: boolean;
  /** Bits per character below which a candidate companion is passed over; 0 takes all. */
  readonly entropyMin: number;
}

export interface CompiledRule {
  readonly id: RuleId;
  /** Index into `CompiledRules.providers`. */
  readonly provider: number;
  readonly name: string;
  readonly lane: Lane;
  readonly severity: Severity;
  /** Source of a JavaScript regular expression; group `key`, else group 1, else all is the key. */
  readonly pattern: string;
  /** Flags without `y` and `d`, which the engine adds. */
  readonly flags: string;
  readonly prefilters: readonly Prefilter[];
  /** Bytes from the start of a match that can ever be needed to decide it. */
  readonly spanMax: number;
  /** Texts that keys of this kind start with, longest first: they stay readable in masks. */
  readonly fixedPrefixes: readonly string[];
  /** Bits per character of the key, below which a candidate is no finding; 0 switches it off. */
  readonly entropyMin: number;
  readonly checksum?: ChecksumName;
  /** True where only the name of an assignment speaks for a key: see detect/reference.ts. */
  readonly skipReferences: boolean;
  readonly parts: readonly CompiledPart[];
  /** Path globs at which this rule does not count; applied per (blob, path) in triage. */
  readonly notIn: readonly string[];
  /** True for keys that are made for tests, such as Stripe's test mode: reported as low. */
  readonly testKey: boolean;
  /** Present on a rule of the configuration: where it claims what another one does, it yields. */
  readonly isOwn?: true;
}

/** What an issue says about rotating a provider's keys. Plain sentences in Markdown. */
export interface ProviderGuide {
  readonly id: string;
  readonly name: string;
  readonly docs: string;
  /** The page where a key of this provider is replaced. */
  readonly rotatePage: string;
  /** Numbered steps: create the new key, switch over, verify, revoke the old one, delete it. */
  readonly steps: readonly string[];
  /** How to see that the old key is dead. */
  readonly proof: string;
  /** How far a key can be narrowed: scopes, hosts, expiry. */
  readonly scope: string;
}

export interface CompiledRules {
  /** SHA-256 over the sources, 64 hex digits: results are remembered under it. */
  readonly hash: string;
  readonly providers: readonly ProviderGuide[];
  readonly rules: readonly CompiledRule[];
}
