/** How a place of a key is shown: a link to the line, the commit, or the text on GitHub. */
import type { ReportedPlace, RepositoryLink } from "../model/head-report.ts";
import { codeCell, codeSpan, encodePath } from "./escape.ts";

/** A permalink in Markdown; inside a table bars are guarded. */
export function renderPlace(
  repository: RepositoryLink,
  place: ReportedPlace,
  where: "text" | "table",
): string {
  const code = where === "table" ? codeCell : codeSpan;
  return `[${labelOf(place, code)}](${addressOf(repository.url, place)})`;
}

/** @param code how a path is set apart from the words around it. */
export function labelOf(place: ReportedPlace, code: (text: string) => string): string {
  const { kind, path = "", inside, line, commit = "", subjectNumber } = place;
  switch (kind) {
    case "file":
      return code(inside === undefined ? `${path}:${line}` : `${path}!${inside}:${line}`);
    case "file-name":
      return `the name of ${code(path)}`;
    case "ref-name":
      return `the name of ${code(path)}`;
    case "commit-message":
      return `the message of \`${commit.slice(0, 12)}\`, line ${line}`;
    case "tag-message":
      return `the message of tag \`${commit.slice(0, 12)}\``;
    case "issue":
    case "pull":
      return `title or description of #${subjectNumber}`;
    case "comment":
      return `a comment on #${subjectNumber}`;
    case "review":
    case "review-comment":
      return `a review of #${subjectNumber}`;
    case "release":
      return "release notes";
  }
}

/** @param url the address of the repository. */
export function addressOf(url: string, place: ReportedPlace): string {
  const { kind, path = "", inside, commit = "", line, lineEnd } = place;
  const { subjectNumber, subjectId } = place;
  switch (kind) {
    case "file": {
      if (inside !== undefined) return `${url}/blob/${commit}/${encodePath(path)}`;
      const lines = lineEnd > line ? `#L${line}-L${lineEnd}` : `#L${line}`;
      return `${url}/blob/${commit}/${encodePath(path)}?plain=1${lines}`;
    }
    case "file-name":
    case "commit-message":
      return `${url}/commit/${commit}`;
    case "tag-message":
      return `${url}/tags`;
    case "ref-name":
      return path.startsWith("refs/tags/") ? `${url}/tags` : `${url}/branches`;
    case "issue":
      return `${url}/issues/${subjectNumber}`;
    case "pull":
      return `${url}/pull/${subjectNumber}`;
    case "comment":
      return `${url}/issues/${subjectNumber}#issuecomment-${subjectId}`;
    case "review":
      return `${url}/pull/${subjectNumber}#pullrequestreview-${subjectId}`;
    case "review-comment":
      return `${url}/pull/${subjectNumber}#discussion_r${subjectId}`;
    case "release":
      return `${url}/releases`;
  }
}
