/** What the service counts for Prometheus, in a registry of its own. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  /** One webhook: `stored`, `repeated`, `ignored` or `failed`. */
  countDelivery(event: string, outcome: string): void;
  /** One scan that ended well, and the lanes of the keys that it found. */
  observeScan(scan: ScanNumbers): void;
  /** One answer of GitHub's; 0 for none. */
  countAnswer(status: number): void;
  /** One job that waits for a limit to pass. */
  countPostponed(queue: string): void;
  /** Everything in Prometheus' text format. @throws what `listJobCounts` throws. */
  render(): Promise<MetricsPage>;
}

export interface ScanNumbers {
  readonly durationMs: number;
  readonly bytes: number;
  readonly lanes: readonly string[];
}

export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

export interface JobCount {
  readonly queue: string;
  readonly state: string;
  readonly count: number;
}

/** A push of one commit takes a tenth of a second, a history up to hours. */
const SCAN_SECONDS_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/** @param listJobCounts read at each scrape: what waits is in the database, for all instances. */
export function createMetrics(listJobCounts: () => Promise<readonly JobCount[]>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = createCounters(registry);
  const scans = createScanMetrics(registry);
  addJobGauge(registry, listJobCounts);
  let rendering: Promise<string> | undefined;
  return {
    countDelivery: (event, outcome) => counters.deliveries.inc({ event, outcome }),
    countAnswer: (status) => counters.answers.inc({ status: classOf(status) }),
    countPostponed: (queue) => counters.postponed.inc({ queue }),
    observeScan({ durationMs, bytes, lanes }) {
      scans.seconds.observe(durationMs / 1_000);
      scans.bytes.inc(bytes);
      for (const lane of lanes) scans.findings.inc({ lane });
    },
    async render() {
      // Scrapes at the same time share one reading of the database.
      rendering ??= registry.metrics().finally(() => {
        rendering = undefined;
      });
      return { contentType: registry.contentType, text: await rendering };
    },
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    deliveries: new Counter({
      name: "rekeeper_deliveries_total",
      help: "Webhook deliveries by event and by what became of them.",
      labelNames: ["event", "outcome"],
      registers,
    }),
    answers: new Counter({
      name: "rekeeper_github_requests_total",
      help: "Requests to GitHub by the class of the answer's status, such as 2xx.",
      labelNames: ["status"],
      registers,
    }),
    postponed: new Counter({
      name: "rekeeper_jobs_postponed_total",
      help: "Jobs put off because GitHub takes no more for now.",
      labelNames: ["queue"],
      registers,
    }),
  };
}

function createScanMetrics(registry: Registry) {
  const registers = [registry];
  return {
    seconds: new Histogram({
      name: "rekeeper_scan_duration_seconds",
      help: "Time of one scan, from the fetch to the stored result.",
      buckets: SCAN_SECONDS_BUCKETS,
      registers,
    }),
    bytes: new Counter({
      name: "rekeeper_scanned_bytes_total",
      help: "Content that was scanned.",
      registers,
    }),
    findings: new Counter({
      name: "rekeeper_findings_total",
      help: "Keys that scans found, by lane; a key counts again in each scan that finds it.",
      labelNames: ["lane"],
      registers,
    }),
  };
}

function addJobGauge(
  registry: Registry,
  listJobCounts: () => Promise<readonly JobCount[]>,
): Gauge<"queue" | "state"> {
  return new Gauge({
    name: "rekeeper_jobs",
    help: "Jobs by queue and state that are not done, of all instances together.",
    labelNames: ["queue", "state"],
    registers: [registry],
    async collect() {
      const counts = await listJobCounts();
      this.reset();
      for (const { queue, state, count } of counts) this.set({ queue, state }, count);
    },
  });
}

function classOf(status: number): string {
  return status === 0 ? "none" : `${Math.floor(status / 100)}xx`;
}
