/** What a world and the process of an instance say to each other. */
import type { JobName } from "../../src/queue/jobs.ts";

/** How a world starts an instance: a file of JSON that the last argument names. */
export interface InstanceSetup {
  /** The `src` that is run: this checkout's, or a copy with a bug planted. */
  readonly source: string;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly systemAheadMs: number;
}

export type ToInstance =
  | { readonly kind: "clock"; readonly aheadMs: number }
  /** There is something to do for the workers of these kinds. */
  | { readonly kind: "wake"; readonly names: readonly JobName[] };

export interface FromInstance {
  /** Where its webhooks go, once it takes them. */
  readonly url: string;
}

/** The stand-in is asked in the instance's name, so that it knows whom to kill. */
export const INSTANCE_HEADER = "x-simulation-instance";
