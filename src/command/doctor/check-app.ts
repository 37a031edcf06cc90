/** Looks at how the App is registered: credentials, clock, permissions, events, webhook. */
import type { Octokit } from "@octokit/rest";
import type { AppManifest } from "../../config/app-manifest.ts";
import { type AppRegistration, getAppRegistration, getWebhookSetup } from "../../github/app.ts";
import { listRecentDeliveries } from "../../github/deliveries.ts";
import { GitHubError } from "../../github/failure.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** GitHub takes a token of the App's that is up to a minute ahead. */
const SKEW_MS_MAX = 30_000;
/** 401 for a key of another App or a wrong time, 404 for an App that is not there. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404]);

/** Undefined registration: nothing else can be asked. */
export async function checkCredentials(
  app: Octokit,
): Promise<{ readonly diagnosis: Diagnosis; readonly registration: AppRegistration | undefined }> {
  const about = "credentials";
  try {
    const registration = await getAppRegistration(app);
    const text = `GitHub knows the App as ${registration.slug}`;
    return { registration, diagnosis: { about, level: "ok", text } };
  } catch (cause) {
    const isRefused = cause instanceof GitHubError && REFUSALS.has(cause.status);
    const diagnosis: Diagnosis = {
      about,
      level: "problem",
      text: isRefused ? "GitHub refuses the App's credentials" : "GitHub cannot be asked",
      advice: isRefused
        ? "See that APP_ID and the private key are of the same App, and that this machine's clock is right."
        : `See that this machine reaches the address of the API, also through HTTPS_PROXY if it needs one (${reasonOf(cause)}).`,
    };
    return { registration: undefined, diagnosis };
  }
}

export function checkClock(serverTime: Date | undefined, now: Date): Diagnosis {
  const about = "clock";
  if (serverTime === undefined) {
    return { about, level: "warning", text: "GitHub did not say what time it has" };
  }
  const skewMs = now.getTime() - serverTime.getTime();
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const side = skewMs < 0 ? "behind" : "ahead of";
  const text = `this machine is ${seconds} seconds ${side} GitHub`;
  if (Math.abs(skewMs) <= SKEW_MS_MAX) return { about, level: "ok", text };
  const advice = "Set the clock by NTP: GitHub refuses tokens of another time.";
  return { about, level: "problem", text, advice };
}

/** @param granted by the registration, or by one account that installed the App. */
export function checkPermissions(
  about: string,
  granted: Readonly<Record<string, string>>,
  manifest: AppManifest,
): Diagnosis {
  const missing = Object.entries(manifest.permissions)
    .filter(([name, level]) => granted[name] !== level && granted[name] !== "write")
    .map(([name, level]) => `${name}: ${level}`);
  if (missing.length === 0) {
    return { about, level: "ok", text: "every permission of app.yml is granted" };
  }
  return {
    about,
    level: "problem",
    text: `missing permissions: ${missing.join(", ")}`,
    advice:
      "Add them on the App's settings page; each account then has to approve them in its settings, under GitHub Apps.",
  };
}

export function checkEvents(subscribed: readonly string[], manifest: AppManifest): Diagnosis {
  const about = "events";
  const missing = manifest.events.filter((name) => !subscribed.includes(name));
  if (missing.length === 0) {
    return { about, level: "ok", text: "the App is sent every event of app.yml" };
  }
  const text = `the App is not sent: ${missing.join(", ")}`;
  return { about, level: "problem", text, advice: "Subscribe to them on the App's settings page." };
}

export async function checkWebhook(app: Octokit, webhookPath: string): Promise<Diagnosis> {
  const about = "webhook";
  const setup = await getWebhookSetup(app);
  const faults = [
    setup.url === "" && "no address is set",
    setup.url !== "" && !isAt(setup.url, webhookPath) && `its path is not ${webhookPath}`,
    !setup.hasSecret && "no secret is set",
    !setup.isCertificateChecked && "GitHub does not check the certificate",
    setup.contentType !== "json" && "its content type is not application/json",
  ].filter((fault) => fault !== false);
  if (faults.length === 0) return { about, level: "ok", text: `webhooks go to ${setup.url}` };
  const text = `webhooks go to ${setup.url || "nowhere"}: ${faults.join(", ")}`;
  return { about, level: "problem", text, advice: "Mend it on the App's settings page." };
}

/** A proxy in front may change the path, but then it ends in ours all the same in most places. */
function isAt(url: string, path: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith(path);
}

export async function checkDeliveries(app: Octokit): Promise<Diagnosis> {
  const about = "deliveries";
  const deliveries = await listRecentDeliveries(app);
  const [last] = deliveries;
  if (last === undefined) {
    const advice = "Push something to a repository on which the App is installed.";
    return { about, level: "warning", text: "GitHub has delivered nothing yet", advice };
  }
  const failed = deliveries.filter(({ isTaken }) => !isTaken);
  const text = `${failed.length} of the last ${deliveries.length} failed; the last one (${last.event}, ${last.deliveredAt.toISOString()}): ${last.status}`;
  if (failed.length === 0) return { about, level: "ok", text };
  return {
    about,
    level: last.isTaken ? "warning" : "problem",
    text,
    advice: last.isTaken
      ? "The service takes in what failed by itself, within minutes."
      : "See that GitHub reaches the address, that WEBHOOK_SECRET is the one of the App's settings page, and that the service runs.",
  };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : "unknown reason";
}
