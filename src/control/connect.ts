/** Connects to a local socket, or tells that nothing listens there. */
import { connect, type Socket } from "node:net";
import { CommandError } from "../command/command-error.ts";

/** No file, or one that its killed maker left behind. */
const NOBODY_LISTENS = new Set(["ENOENT", "ECONNREFUSED"]);
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * @returns undefined when no process listens at `path`.
 * @throws CommandError when one does, but this user may not ask it, or it does not react.
 */
export async function connectTo(path: string): Promise<Socket | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(path, resolve);
  // Stays for as long as the socket: whoever reads or writes it learns of its end by that, and an
  // event that nobody hears would end the process.
  socket.on("error", reject);
  const timer = setTimeout(() => reject(new Error("no reaction")), CONNECT_TIMEOUT_MS);
  try {
    await promise;
    return socket;
  } catch (cause) {
    socket.destroy();
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    if (NOBODY_LISTENS.has(code)) return undefined;
    throw new CommandError(
      code === "EACCES" || code === "EPERM"
        ? `${path} is closed to this user: run the command as the user that runs the service.`
        : `The service behind ${path} does not react: look at its log.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}
