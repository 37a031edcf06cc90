/** Cuts a list into pages with the `Link` header by which clients walk them. */
import type { Answer } from "./answer.ts";
import type { Call } from "./route.ts";

const PAGE_SIZE_DEFAULT = 30;
const PAGE_SIZE_MAX = 100;

/** Answers the page that `page` with `per_page` ask for; `wrap` puts its items into the body. */
export function answerPage<Item>(
  call: Pick<Call, "query" | "url">,
  items: readonly Item[],
  wrap: (page: Item[]) => unknown,
): Answer {
  const size = Math.min(readCount(call.query, "per_page") ?? PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
  const page = readCount(call.query, "page") ?? 1;
  const last = Math.max(1, Math.ceil(items.length / size));
  const body = wrap(items.slice((page - 1) * size, page * size));
  const links = listLinks(call, page, last);
  return { status: 200, body, headers: links === "" ? {} : { link: links } };
}

function readCount(query: URLSearchParams, name: string): number | undefined {
  const value = Number(query.get(name));
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function listLinks(call: Pick<Call, "query" | "url">, page: number, last: number): string {
  const link = (target: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(target));
    return `<${call.url}?${query}>; rel="${rel}"`;
  };
  const before = page > 1 ? [link(page - 1, "prev"), link(1, "first")] : [];
  const after = page < last ? [link(page + 1, "next"), link(last, "last")] : [];
  return [...before, ...after].join(", ");
}
