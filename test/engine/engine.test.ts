/** Runs the table of cases through every engine. */
import { describe, expect, it } from "vitest";
import { createKernelProposer } from "../../src/detect/kernel/kernel-proposer.ts";
import { createReferenceProposer } from "../../src/detect/propose.ts";
import { createScanner, type Scanner } from "../../src/detect/scan.ts";
import type { CompiledRules } from "../../src/model/rule.ts";
import { compileToyRules } from "../support/toy-rules.ts";
import { CASES } from "./cases.ts";
import { createOracle } from "./oracle.ts";
import { summarize } from "./summary.ts";

const ENGINES: readonly { name: string; create: (rules: CompiledRules) => Scanner }[] = [
  { name: "oracle", create: createOracle },
  { name: "reference", create: (rules) => createScanner(rules, createReferenceProposer) },
  { name: "kernel", create: (rules) => createScanner(rules, createKernelProposer) },
];

describe.each(ENGINES)("the $name engine finds", ({ create }) => {
  it.each(CASES)("$name", ({ rules, text, findings }) => {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    expect(summarize(create(compileToyRules(rules)), bytes)).toEqual(findings);
  });
});
