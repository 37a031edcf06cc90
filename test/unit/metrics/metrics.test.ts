import { expect, it } from "vitest";
import { createMetrics, type JobCount } from "../../../src/metrics/metrics.ts";

it("renders what was counted, under names that say what and in which unit", async () => {
  const metrics = createMetrics(async () => []);
  metrics.countDelivery("push", "stored");
  metrics.countDelivery("push", "stored");
  metrics.countDelivery("push", "repeated");
  for (const status of [200, 201, 404, 0]) metrics.countAnswer(status);
  metrics.countPostponed("report-head");
  metrics.observeScan({
    durationMs: 700,
    bytes: 1_234,
    lanes: ["provider", "generic", "provider"],
  });
  const { contentType, text } = await metrics.render();
  expect(contentType).toMatch(/^text\/plain; version=/);
  for (const line of [
    'rekeeper_deliveries_total{event="push",outcome="stored"} 2',
    'rekeeper_deliveries_total{event="push",outcome="repeated"} 1',
    'rekeeper_github_requests_total{status="2xx"} 2',
    'rekeeper_github_requests_total{status="4xx"} 1',
    'rekeeper_github_requests_total{status="none"} 1',
    'rekeeper_jobs_postponed_total{queue="report-head"} 1',
    'rekeeper_scan_duration_seconds_bucket{le="0.5"} 0',
    'rekeeper_scan_duration_seconds_bucket{le="1"} 1',
    "rekeeper_scan_duration_seconds_sum 0.7",
    "rekeeper_scanned_bytes_total 1234",
    'rekeeper_findings_total{lane="provider"} 2',
  ]) {
    expect(text).toContain(`\n${line}\n`);
  }
  expect(text).toMatch(/^process_cpu_seconds_total /m);
});

it("reads jobs at each scrape, and shows no state that is over", async () => {
  let counts: readonly JobCount[] = [{ queue: "recover", state: "running", count: 1 }];
  const metrics = createMetrics(async () => counts);
  expect((await metrics.render()).text).toContain(
    'rekeeper_jobs{queue="recover",state="running"} 1',
  );
  counts = [{ queue: "recover", state: "waiting", count: 3 }];
  const { text } = await metrics.render();
  expect(text).toContain('rekeeper_jobs{queue="recover",state="waiting"} 3');
  expect(text).not.toContain('state="running"');
});

it("keeps the numbers of two services apart", async () => {
  const [one, other] = [createMetrics(async () => []), createMetrics(async () => [])];
  one.countDelivery("push", "stored");
  expect((await other.render()).text).not.toContain('event="push"');
});

it("fails a scrape when the database does, and serves the next", async () => {
  let fails = true;
  const metrics = createMetrics(async () => {
    if (fails) throw new Error("no database");
    return [];
  });
  await expect(metrics.render()).rejects.toThrow("no database");
  fails = false;
  await expect(metrics.render()).resolves.toBeDefined();
});
