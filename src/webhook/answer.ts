/** Answers a request with a short text. */
import type { ServerResponse } from "node:http";

export function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
