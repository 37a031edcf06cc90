/** Tells a key from text that only has a key's form. */
import type { CompiledRule } from "../model/rule.ts";
import { passesChecksum } from "./checksum.ts";
import { bitsPerCharacter } from "./entropy.ts";
import { isPlaceholder } from "./placeholder.ts";
import { isReference } from "./reference.ts";

/** @param text of the key, one character for each byte. */
export function isGenuine(rule: CompiledRule, text: string): boolean {
  if (text === "" || bitsPerCharacter(text) < rule.entropyMin || isPlaceholder(text)) return false;
  if (rule.skipReferences && isReference(text)) return false;
  return rule.checksum === undefined || passesChecksum(rule.checksum, text);
}
