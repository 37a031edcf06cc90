/** Cuts a list into pages, or parts behind a cursor, with the `Link` header by which clients walk them. */
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

/**
 * Answers the part that `cursor` with `per_page` ask for, of a list that grows at its head while a
 * client walks it: the cursor names the first item of the next part, wherever that is by then.
 */
export function answerFrom<Item extends { readonly id: number }>(
  call: Pick<Call, "query" | "url">,
  items: readonly Item[],
  wrap: (part: Item[]) => unknown,
): Answer {
  const size = Math.min(readCount(call.query, "per_page") ?? PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
  const cursor = call.query.get("cursor");
  const start = cursor === null ? 0 : items.findIndex(({ id }) => cursorOf(id) === cursor);
  const body = wrap(start < 0 ? [] : items.slice(start, start + size));
  const next = start < 0 ? undefined : items[start + size];
  if (next === undefined) return { status: 200, body, headers: {} };
  const query = new URLSearchParams(call.query);
  query.set("cursor", cursorOf(next.id));
  return { status: 200, body, headers: { link: `<${call.url}?${query}>; rel="next"` } };
}

function cursorOf(id: number): string {
  return `v1_${id}`;
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
