/** Reads the text of a request's body up to a limit. */
import { ApiError } from "./api-error.ts";

/** Throws 413 as soon as the body is longer, without having kept more than the limit. */
export async function readText(request: Request, bytesMax: number): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(bytesMax: number): ApiError {
  return new ApiError(413, `The body is larger than ${bytesMax} bytes.`);
}
