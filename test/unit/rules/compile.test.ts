import { expect, it } from "vitest";
import { compileRules } from "../../../src/rules/compile.ts";
import { toyFile } from "../../support/toy-rules.ts";

const HASH = "a".repeat(64);
const TEXT = toyFile([{ id: "toy-key", pattern: "zed_[a-z]{9}" }]);

function compile(...files: readonly { name: string; text: string }[]) {
  return compileRules(files, HASH);
}

it("returns rules and guides that belong together, whatever the order of the files", () => {
  const alpha = { name: "alpha.yml", text: TEXT.replaceAll("toy-", "alpha-") };
  const toy = { name: "toy.yml", text: TEXT };
  const { rules } = compile(toy, alpha);
  expect(rules?.hash).toBe(HASH);
  expect(rules?.providers.map(({ id, name }) => ({ id, name }))).toEqual([
    { id: "alpha", name: "Toy" },
    { id: "toy", name: "Toy" },
  ]);
  expect(rules?.rules.map(({ id, provider }) => ({ id, provider }))).toEqual([
    { id: "alpha-key", provider: 0 },
    { id: "toy-key", provider: 1 },
  ]);
  expect(compile(alpha, toy)).toEqual(compile(toy, alpha));
});

it("reports the problems of all files together, each naming file, rule and reason", () => {
  const vague = toyFile([{ id: "vague-key", pattern: "[a-z]{9}" }]);
  const endless = toyFile([{ id: "endless-key", pattern: "zed_.*" }]);
  const { rules, problems } = compile(
    { name: "vague.yml", text: vague },
    { name: "endless.yml", text: endless },
    { name: "broken.yml", text: "a: [" },
  );
  expect(rules).toBeUndefined();
  expect(problems).toEqual([
    expect.objectContaining({ file: "broken.yml" }),
    expect.objectContaining({
      file: "endless.yml",
      message: expect.stringMatching(/^endless-key: no bound/),
    }),
    expect.objectContaining({
      file: "vague.yml",
      message: expect.stringMatching(/^vague-key: alternative 1 of 1 holds no literal/),
    }),
  ]);
});

it.each([
  { what: "an id that does not begin with the file's name", name: "other.yml", text: TEXT },
  { what: "a file name with capitals", name: "Toy.yml", text: TEXT },
  {
    what: "an id that stands twice",
    name: "toy.yml",
    text: toyFile([
      { id: "toy-key", pattern: "zed_[a-z]{9}" },
      { id: "toy-key", pattern: "zod_[a-z]{9}" },
    ]),
  },
])("refuses $what", ({ name, text }) => {
  expect(compile({ name, text }).problems).toHaveLength(1);
});

it("names the part whose pattern has no bound", () => {
  const part = { name: "secret", pattern: "x+", within: 40 };
  const text = toyFile([
    {
      id: "toy-key",
      pattern: "zed_[a-z]{9}",
      parts: [{ ...part, secret: true, required: true, entropy: 0, ignore_case: false }],
    },
  ]);
  const { problems } = compile({ name: "toy.yml", text });
  expect(problems[0]?.message).toMatch(/^toy-key: part "secret": no bound/);
});
