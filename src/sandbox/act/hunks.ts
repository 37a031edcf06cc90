/** Finds the hunk of a patch in which lines may be commented on. */
import type { DiffSide } from "../conversation.ts";

export interface LineRange {
  readonly startLine: number;
  readonly line: number;
  readonly side: DiffSide;
}

const HEAD = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The hunk that holds both lines on that side of the diff, or undefined where none does. */
export function findHunk(patch: string, range: LineRange): string | undefined {
  return patch.split(/^(?=@@ )/m).find((hunk) => {
    const [, oldStart, oldCount = "1", newStart, newCount = "1"] = HEAD.exec(hunk) ?? [];
    const right = range.side === "RIGHT";
    const start = Number(right ? newStart : oldStart);
    const end = start + Number(right ? newCount : oldCount) - 1;
    return range.startLine >= start && range.line <= end;
  });
}
