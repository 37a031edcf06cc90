/** What operators are told and given agrees with the code: image, compose file, limits, metrics. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { RETENTION_DAYS } from "../../src/config/retention.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { ROOT, readText } from "../support/repository-files.ts";

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, object>>;
}

interface ComposeService {
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, object>>;
}

const dockerfile = readText("Dockerfile");
const compose = parse(readText("compose.yaml")) as Compose;
const guide = readText("docs/operators.md");
const settingNames: readonly string[] = SETTINGS.map(({ env }) => env);

/** What Node and the C library read. */
const OF_OTHERS = ["NODE_ENV", "MALLOC_ARENA_MAX"];

it("the image copies what is there, and everything that the program reads", () => {
  const copied = [...dockerfile.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(
    ([, paths = ""]) => paths.split(" ").map((path) => path.replace(/^\/app\//, "")),
  );
  expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(copied.toSorted()).toEqual(
    ["app.yml", "bin", "build", "migrations", "node_modules", "package.json", "src"].toSorted(),
  );
});

it("the image runs without rights, on a base that is named by its version, and is watched", () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
  expect(bases).toEqual(["node:24-slim", "node:24-slim"]);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK .*\n.*\/health/m);
  const [, json = ""] = /^HEALTHCHECK .*\\\n\s+CMD (\[.+\])$/m.exec(dockerfile) ?? [];
  const [program, option, script] = JSON.parse(json) as string[];
  expect([program, option]).toEqual(["node", "--eval"]);
  expect(() => new Function(script ?? "(")).not.toThrow();
});

it("gives each thread no place in memory of its own however the service is started", () => {
  expect(dockerfile).toContain("MALLOC_ARENA_MAX=2");
  expect(guide).toMatch(/^Environment=.*\bMALLOC_ARENA_MAX=2$/m);
  expect(readText("bin/rekeeper.js")).toContain('ARENAS_MAX = "2"');
});

it("gives Node the same options however the service is started", () => {
  const starts: Readonly<Record<string, string>> = {
    "package.json": JSON.parse(readText("package.json")).scripts.start,
    Dockerfile: /^CMD (.+)$/m.exec(dockerfile)?.[1] ?? "",
    "docs/operators.md": /^ExecStart=(.+)$/m.exec(guide)?.[1] ?? "",
    "bin/rekeeper.js": readText("bin/rekeeper.js"),
  };
  for (const [place, text] of Object.entries(starts)) {
    expect(text, place).toContain("--use-env-proxy");
    expect(text, place).toContain("--max-semi-space-size=8");
  }
});

it("the image is not built from data, settings or keys", () => {
  const left = readText(".dockerignore").split("\n");
  for (const path of [".git", ".env", "*.pem", "data"]) expect(left).toContain(path);
});

it("the image and the compose file set only settings that there are", () => {
  const environment = /^ENV ((?:.+\\\n)*.+)$/m.exec(dockerfile)?.[1] ?? "";
  const names = [...environment.matchAll(/(\w+)=/g)].map(([, name = ""]) => name);
  const { environment: service = {} } = compose.services["rekeeper"] ?? {};
  const all = [...names, ...Object.keys(service)].filter((name) => !OF_OTHERS.includes(name));
  expect(all.length).toBeGreaterThan(6);
  expect(all.filter((name) => !settingNames.includes(name))).toEqual([]);
});

it("the compose file names only services, volumes and secrets of its own, and takes rights away", () => {
  for (const service of Object.values(compose.services)) {
    const volumes = (service.volumes ?? []).map((volume) => volume.split(":")[0] ?? "");
    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(volumes));
    expect(Object.keys(compose.secrets)).toEqual(
      expect.arrayContaining([...(service.secrets ?? [])]),
    );
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(Object.keys(service.depends_on ?? {})),
    );
  }
  expect(compose.services["rekeeper"]).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
});

it("the guide names each metric of ours, and no other", () => {
  const own = [...readText("src/metrics/metrics.ts").matchAll(/name: "(rekeeper_\w+)"/g)];
  const named = [...guide.matchAll(/^\| `(rekeeper_\w+)` \|/gm)];
  expect(named.map(([, name]) => name).toSorted()).toEqual(own.map(([, name]) => name).toSorted());
});

it("the guide names the days that things are kept", () => {
  const table = guide.split("## What is kept")[1] ?? "";
  const days = [...table.matchAll(/^\| .+ \| (\d+) \|$/gm)].map(([, count]) => Number(count));
  const cacheDays = SETTINGS.find(({ env }) => env === "REKEEPER_CACHE_DAYS")?.fallback;
  const { jobs, deliveries, ranges, deletedInstallations, suspendedInstallations } = RETENTION_DAYS;
  const accounts = [deletedInstallations, suspendedInstallations];
  expect(days).toEqual([jobs, deliveries, ranges, ...accounts, Number(cacheDays)]);
});

it("the guide's unit knows only settings that systemd has, each once", () => {
  const unit = /```ini\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
  const keys = [...unit.matchAll(/^([A-Za-z]+)=/gm)].map(([, key]) => key);
  expect(keys.length).toBeGreaterThan(25);
  expect(keys.filter((key) => key !== "Environment")).toEqual([
    ...new Set(keys.filter((key) => key !== "Environment")),
  ]);
  expect(unit).toMatch(/^ProtectSystem=strict$/m);
  expect(unit).toMatch(/^StateDirectoryMode=0700$/m);
});
