import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ARCHIVE_LIMITS, scanArchives } from "../../../../src/detect/archive/scan-archives.ts";
import { createScanner } from "../../../../src/detect/scan.ts";
import { inflateRaw } from "../../../../src/lib/inflate-raw.ts";
import { compileToyRules } from "../../../support/toy-rules.ts";
import { zipOf } from "../../../support/zip-of.ts";

const plain = createScanner(compileToyRules([{ id: "toy-zed", pattern: "\\bzed_[a-z0-9]{8}\\b" }]));
const scanner = scanArchives(plain, inflateRaw);
const KEY = "zed_q1w2e3r4";
const TEXT = Buffer.from(`first line\nk=${KEY}\n`);
const DEEP = `${"folder-with-a-long-name/".repeat(8)}key.txt`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-archive-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function tarOf(format: string, ...paths: string[]): Uint8Array {
  for (const path of paths) {
    mkdirSync(join(folder, "in", dirname(path)), { recursive: true });
    writeFileSync(join(folder, "in", path), TEXT);
  }
  const target = join(folder, "out.tar");
  execFileSync("tar", [`--format=${format}`, "-cf", target, "-C", join(folder, "in"), ...paths]);
  return readFileSync(target);
}

function listKeys(bytes: Uint8Array, engine = scanner): string[] {
  const { findings, gaps } = engine.scan(bytes);
  return [
    ...findings.map(({ inside = "-", place }) => `${inside}:${place.line}:${place.column}`),
    ...gaps.map(({ reason }) => reason),
  ];
}

describe("a key is found in a file", () => {
  it("that is gzipped", () => {
    expect(listKeys(gzipSync(TEXT))).toEqual(["-:2:3"]);
  });

  it.each(["ustar", "gnu", "pax"])("of a tar archive in format %s", (format) => {
    expect(listKeys(tarOf(format, "a.txt", DEEP))).toEqual(["a.txt:2:3", `${DEEP}:2:3`]);
  });

  it("of a zip archive, deflated or stored", () => {
    const files = { "a.txt": TEXT, "b/c.txt": TEXT };
    expect(listKeys(zipOf(files))).toEqual(["a.txt:2:3", "b/c.txt:2:3"]);
    expect(listKeys(zipOf(files, "stored"))).toEqual(["a.txt:2:3", "b/c.txt:2:3"]);
  });

  it("of an archive in an archive", () => {
    const inner = gzipSync(tarOf("gnu", "a.txt"));
    expect(listKeys(zipOf({ "in.tgz": inner, "z.txt": TEXT }))).toEqual([
      "in.tgz!a.txt:2:3",
      "z.txt:2:3",
    ]);
  });
});

describe("what stays closed is a gap:", () => {
  const limited = (limits: Partial<typeof ARCHIVE_LIMITS>) =>
    scanArchives(plain, inflateRaw, { ...ARCHIVE_LIMITS, ...limits });

  it("entries over the limit", () => {
    const bytes = zipOf({ "a.txt": TEXT, "b.txt": TEXT });
    expect(listKeys(bytes, limited({ entriesMax: 1 }))).toEqual(["a.txt:2:3", "archive-limit"]);
    const tar = tarOf("gnu", "a.txt", DEEP);
    expect(listKeys(tar, limited({ entriesMax: 1 }))).toEqual(["a.txt:2:3", "archive-limit"]);
  });

  it("bytes over the limit", () => {
    const engine = limited({ bytesMax: TEXT.length + 5 });
    const files = { "a.txt": TEXT, "b.txt": TEXT };
    expect(listKeys(zipOf(files), engine)).toEqual(["a.txt:2:3", "archive-limit"]);
    expect(listKeys(zipOf(files, "stored"), engine)).toEqual(["a.txt:2:3", "archive-limit"]);
  });

  it("archives too deep in archives", () => {
    let bytes: Uint8Array = TEXT;
    for (let depth = 0; depth <= ARCHIVE_LIMITS.depthMax; depth++) bytes = gzipSync(bytes);
    expect(listKeys(bytes)).toEqual(["archive-limit"]);
  });

  it("data that deflates to nearly nothing", () => {
    expect(listKeys(gzipSync(Buffer.alloc(20_000_000)))).toEqual(["archive-limit"]);
  });

  it("what is damaged or encrypted", () => {
    const zip = zipOf({ "a.txt": TEXT });
    expect(listKeys(zip.subarray(0, -30))).toEqual(["archive-unreadable"]);
    expect(listKeys(gzipSync(TEXT).subarray(0, 12))).toEqual(["archive-unreadable"]);
    expect(listKeys(zipOf({ "a.txt": TEXT }, "encrypted"))).toEqual(["archive-unreadable"]);
    expect(listKeys(tarOf("gnu", "a.txt").subarray(0, 520))).toEqual(["archive-unreadable"]);
  });
});
