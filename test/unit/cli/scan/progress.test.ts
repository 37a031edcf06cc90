import { expect, it } from "vitest";
import { createProgress } from "../../../../src/cli/scan/progress.ts";

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

it("counts while the end is unknown, draws a bar when it is, and takes the line away", () => {
  let now = 0;
  const screen = terminal(true);
  const progress = createProgress(screen, () => now);
  progress.show(1, 10);
  expect(screen.written).toEqual([]);
  now = 200;
  progress.show(1_500, 2_500_000);
  now = 400;
  progress.expect(3_000);
  progress.show(1_500, 2_500_000);
  progress.end();
  progress.end();
  expect(screen.written.map((text) => text.replace("\r\u001b[K", ""))).toEqual([
    "scanning: 1,500 files, 2.5 MB",
    "scanning [############------------] 50 % of 3,000 objects, 2.5 MB",
    "",
  ]);
});

it("writes nothing where nobody looks", () => {
  let now = 0;
  const pipe = terminal(false);
  const progress = createProgress(pipe, () => (now += 1_000));
  progress.expect(1);
  progress.show(1, 1);
  progress.end();
  expect(pipe.written).toEqual([]);
});
