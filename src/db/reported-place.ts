/** A recorded occurrence as the place that reports and lists show. */
import type { ReportedPlace } from "../model/head-report.ts";
import type { OccurrenceRow } from "./incidents.ts";

export function reportedPlaceOf(row: OccurrenceRow): ReportedPlace {
  return {
    kind: row.kind,
    ...(row.path !== null && { path: row.path }),
    ...(row.inside !== null && { inside: row.inside }),
    ...(row.commit_id !== null && { commit: row.commit_id }),
    ...(row.subject_number !== null && { subjectNumber: row.subject_number }),
    ...(row.subject_id !== null && { subjectId: row.subject_id }),
    line: row.line,
    lineEnd: row.line_end,
    authorName: row.author_name,
    writtenAt: row.written_at,
  };
}
