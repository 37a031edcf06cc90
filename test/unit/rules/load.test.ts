import { expect, it } from "vitest";
import { parseCompiledRules } from "../../../src/rules/load.ts";
import { compileToyRules } from "../../support/toy-rules.ts";

it("reads back what was compiled", () => {
  const rules = compileToyRules([{ id: "toy-key", pattern: "zed_[a-z]{9}" }]);
  expect(parseCompiledRules(JSON.stringify(rules))).toEqual(rules);
});

it.each(["", "{", "null", "[]", '{"hash":"a"}', '{"hash":1,"providers":[],"rules":[]}'])(
  "refuses %j and says how to build the rules",
  (json) => {
    expect(() => parseCompiledRules(json)).toThrow(/run `node scripts\/build-rules.ts`/);
  },
);
