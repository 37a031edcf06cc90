/** Opens a rule that was compiled before, without what it takes to compile one. */
import type { OwnRule } from "../../model/own-rule.ts";
import { compileRe2, type Re2 } from "./re2.ts";

/** Of a rule that `compileOwnRule` has taken. */
export function openOwnRule({ rule }: OwnRule): Re2 {
  return compileRe2(rule.pattern, rule.flags.includes("i"));
}
