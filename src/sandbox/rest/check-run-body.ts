/** What a check run may be told, with GitHub's limits. */

import { z } from "zod";
import { OBJECT_ID } from "../../model/ids.ts";
import { LIMITS } from "../limits.ts";
import {
  CHECK_CONCLUSIONS,
  CHECK_STATUSES,
  type CheckAction,
  type CheckConclusion,
  type CheckStatus,
} from "../state.ts";

export interface CheckRunChanges {
  readonly name?: string | undefined;
  readonly details_url?: string | undefined;
  readonly external_id?: string | undefined;
  readonly status?: CheckStatus | undefined;
  readonly started_at?: string | undefined;
  readonly completed_at?: string | undefined;
  readonly conclusion?: CheckConclusion | undefined;
  readonly output?: OutputBody | undefined;
  readonly actions?: readonly CheckAction[] | undefined;
}

export interface NewCheckRun extends CheckRunChanges {
  readonly name: string;
  readonly head_sha: string;
}

interface OutputBody {
  readonly title?: string | undefined;
  readonly summary: string;
  readonly text?: string | undefined;
  /** At most 50 in one request; those of further requests are appended. */
  readonly annotations?: readonly AnnotationBody[] | undefined;
}

export interface AnnotationBody {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number | undefined;
  readonly end_column?: number | undefined;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title?: string | undefined;
  readonly raw_details?: string | undefined;
}

const text = z.string().max(LIMITS.outputCharacters);
const annotationText = z
  .string()
  .refine((value) => Buffer.byteLength(value) <= LIMITS.annotationTextBytes, "at most 64 KB");
const time = z.iso.datetime({ offset: true });
const count = z.int().min(1);

const annotation = z
  .strictObject({
    path: z.string().min(1),
    start_line: count,
    end_line: count,
    start_column: count.optional(),
    end_column: count.optional(),
    annotation_level: z.enum(["notice", "warning", "failure"]),
    message: annotationText,
    title: z.string().max(LIMITS.annotationTitleCharacters).optional(),
    raw_details: annotationText.optional(),
  })
  .refine((one) => one.start_line <= one.end_line, "end_line must not be before start_line")
  .refine(
    (one) => one.start_line === one.end_line || (one.start_column ?? one.end_column) === undefined,
    "columns are allowed only where start_line is end_line",
  );

const action = z.strictObject({
  label: z.string().max(LIMITS.actionLabelCharacters),
  description: z.string().max(LIMITS.actionDescriptionCharacters),
  identifier: z.string().max(LIMITS.actionIdentifierCharacters),
});

const outputFields = {
  summary: text,
  text: text.optional(),
  annotations: z.array(annotation).max(LIMITS.annotations).optional(),
};

const fields = {
  details_url: z.url().optional(),
  external_id: z.string().optional(),
  status: z.enum(CHECK_STATUSES).optional(),
  started_at: time.optional(),
  completed_at: time.optional(),
  conclusion: z.enum(CHECK_CONCLUSIONS).optional(),
  actions: z.array(action).max(LIMITS.actions).optional(),
};

export const newCheckRunBody: z.ZodType<NewCheckRun> = z
  .strictObject({
    ...fields,
    name: z.string().min(1),
    head_sha: z.string().regex(OBJECT_ID, "must be a full commit id"),
    output: z.strictObject({ title: z.string(), ...outputFields }).optional(),
  })
  .refine(concludesWhenCompleted, "a completed check run needs a conclusion");

export const checkRunChangesBody: z.ZodType<CheckRunChanges> = z
  .strictObject({
    ...fields,
    name: z.string().min(1).optional(),
    output: z.strictObject({ title: z.string().optional(), ...outputFields }).optional(),
  })
  .refine(concludesWhenCompleted, "a completed check run needs a conclusion");

function concludesWhenCompleted(body: CheckRunChanges): boolean {
  return body.status !== "completed" || body.conclusion !== undefined;
}
