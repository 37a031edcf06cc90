/** How a place of a key is shown: a link to the line in the commit that brought it. */
import type { ReportedPlace, RepositoryLink } from "../model/head-report.ts";
import { codeCell, codeSpan, encodePath } from "./escape.ts";

/** A permalink in Markdown; `inTable` guards the cell. */
export function renderPlace(
  repository: RepositoryLink,
  place: ReportedPlace,
  where: "text" | "table",
): string {
  const label = `${place.path}:${place.line}`;
  const shown = where === "table" ? codeCell(label) : codeSpan(label);
  const lines =
    place.lineEnd > place.line ? `#L${place.line}-L${place.lineEnd}` : `#L${place.line}`;
  const path = encodePath(place.path);
  return `[${shown}](${repository.url}/blob/${place.commit}/${path}?plain=1${lines})`;
}
