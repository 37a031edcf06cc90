/** Lets in only requests that name this machine's loopback address. */
import type { IncomingMessage } from "node:http";

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/**
 * True when the Host header is a loopback name with the port that the request came in by. A web
 * page that rebinds its own name to 127.0.0.1 sends that name here, which is refused.
 */
export function isLoopbackHost(request: IncomingMessage): boolean {
  const port = request.socket.localPort;
  const suffix = port === 80 ? "(?::80)?" : `:${port}`;
  return LOOPBACK_NAMES.some((name) =>
    new RegExp(`^${name.replace(/[.[\]]/g, "\\$&")}${suffix}$`, "i").test(
      request.headers.host ?? "",
    ),
  );
}
