/** How fast webhooks are answered: at a rate that is kept whatever happens, and at most. */
import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { percentile } from "../clock.ts";
import type { Bed } from "./bed.ts";

export interface AnswerTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly failed: number;
}

const RATE_PER_SECOND = 50;
const SECONDS = 20;
const AT_MOST_CONCURRENT = 16;
const AT_MOST_SECONDS = 10;

/** Sends a comment 50 times a second; each answer's time counts from when it was due. */
export async function measureAnswers(bed: Bed, payload: object): Promise<AnswerTimes> {
  const send = createSender(bed, payload);
  const startedAt = performance.now();
  const answers: Promise<Answer>[] = [];
  for (let index = 0; index < RATE_PER_SECOND * SECONDS; index += 1) {
    const dueAt = startedAt + (index * 1_000) / RATE_PER_SECOND;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    answers.push(send(index, dueAt));
  }
  return summarise(await Promise.all(answers), performance.now() - startedAt);
}

/** Sends as many as are answered, 16 at a time. */
export async function measureMost(bed: Bed, payload: object): Promise<AnswerTimes> {
  const send = createSender(bed, payload);
  const startedAt = performance.now();
  const answers: Answer[] = [];
  let index = 0;
  const sendOn = async (): Promise<void> => {
    while (performance.now() - startedAt < AT_MOST_SECONDS * 1_000) {
      index += 1;
      answers.push(await send(index, performance.now()));
    }
  };
  await Promise.all(Array.from({ length: AT_MOST_CONCURRENT }, sendOn));
  return summarise(answers, performance.now() - startedAt);
}

interface Answer {
  readonly ms: number;
  readonly isTaken: boolean;
}

type Send = (index: number, dueAt: number) => Promise<Answer>;

function createSender({ doors, github }: Bed, payload: object): Send {
  const agent = new Agent({ keepAlive: true });
  return (index, dueAt) => {
    const url = doors[index % doors.length] ?? "";
    const comment = { ...(payload as { comment: object }).comment, id: 1_000_000 + index };
    const body = JSON.stringify({ ...payload, comment });
    const { webhookSecret } = github.sandbox;
    const signature = createHmac("sha256", webhookSecret).update(body).digest("hex");
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "x-github-delivery": randomUUID(),
      "x-github-event": "issue_comment",
      "x-hub-signature-256": `sha256=${signature}`,
    };
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const posted = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", () => {
        const isTaken = response.statusCode === 200;
        resolve({ ms: performance.now() - dueAt, isTaken });
      });
    });
    posted.once("error", reject);
    posted.end(body);
    return promise;
  };
}

function summarise(answers: readonly Answer[], durationMs: number): AnswerTimes {
  const times = answers.map(({ ms }) => ms);
  return {
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    perSecond: answers.length / (durationMs / 1_000),
    failed: answers.filter(({ isTaken }) => !isTaken).length,
  };
}
