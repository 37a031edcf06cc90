/**
 * What goes over the local socket: one line of JSON for a request, one for its answer, in turn.
 *
 * The command line and the service may be of different versions, as after an upgrade without a
 * restart: `PROTOCOL_VERSION` rises with each change of a command's input or result.
 */
import { z } from "zod";

export const PROTOCOL_VERSION = 1;
export const REQUEST_BYTES_MAX = 16_384;
export const ANSWER_BYTES_MAX = 4_194_304;

export interface ControlRequest {
  readonly version: number;
  readonly command: string;
  readonly input: unknown;
}

/** Either a result, or one sentence about why there is none. */
export interface ControlAnswer {
  readonly version: number;
  readonly result?: unknown;
  readonly error?: string | undefined;
}

const REQUEST: z.ZodType<ControlRequest> = z.object({
  version: z.number(),
  command: z.string(),
  input: z.unknown(),
});

const ANSWER: z.ZodType<ControlAnswer> = z.object({
  version: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
});

/** @throws SyntaxError or ZodError for anything else than a request. */
export function parseRequest(line: string): ControlRequest {
  return REQUEST.parse(JSON.parse(line));
}

/** @throws SyntaxError or ZodError for anything else than an answer. */
export function parseAnswer(line: string): ControlAnswer {
  return ANSWER.parse(JSON.parse(line));
}
