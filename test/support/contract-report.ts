/** Gathers what all test files saw of GitHub's contract; the run fails where it was broken. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { ContractNote } from "./contract.ts";

export interface ContractReport {
  /** For the end of the run's output. */
  readonly text: string;
  readonly isKept: boolean;
}

const folder = mkdtempSync(join(tmpdir(), "rekeeper-contract-"));
const file = join(folder, "notes.jsonl");

/** vitest calls this before all test files. */
export function setup(project: TestProject): void {
  writeFileSync(file, "");
  project.provide("contractFile", file);
}

/** And this after them. */
export function teardown(): void {
  const report = renderReport(readFileSync(file, "utf8"));
  rmSync(folder, { recursive: true, force: true });
  if (report !== undefined) process.stdout.write(`\n${report.text}\n`);
  if (report?.isKept === false) process.exitCode = 1;
}

/** Undefined for a run in which no stand-in was asked anything. */
export function renderReport(lines: string): ContractReport | undefined {
  const notes = lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ContractNote);
  if (notes.length === 0) return undefined;
  const list = (pick: (note: ContractNote) => string | undefined): string[] =>
    [...new Set(notes.map(pick).filter((text) => text !== undefined))].sort();
  const endpoints = list((note) => ("endpoint" in note ? note.endpoint : undefined));
  const violations = list((note) => ("violation" in note ? note.violation : undefined));
  const unpermitted = list((note) => ("unpermitted" in note ? note.unpermitted : undefined));
  const count = (texts: readonly string[]): string =>
    texts.length === 0 ? "none" : `${texts.length}`;
  const details = [...violations, ...unpermitted].map((text) => `\n  ${text}`).join("");
  return {
    text: `contract: ${endpoints.length} endpoints called, violations ${count(violations)}, endpoints used without permission ${count(unpermitted)}${details}`,
    isKept: violations.length + unpermitted.length === 0,
  };
}
