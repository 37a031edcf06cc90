/** Asks the running service over its local socket. */
import type { Socket } from "node:net";
import { CommandError } from "../command/command-error.ts";
import type { Asker } from "./asker.ts";
import { COMMANDS, type CommandEntry, type CommandName, type ResultOf } from "./commands.ts";
import { connectTo } from "./connect.ts";
import { ANSWER_BYTES_MAX, type ControlAnswer, PROTOCOL_VERSION, parseAnswer } from "./protocol.ts";
import { readLines } from "./read-lines.ts";
import { findSocketPath } from "./socket-path.ts";

/** What the way there and back may take on top of the answer's own time. */
const MARGIN_MS = 5_000;

/** Undefined when no service runs on this data folder. */
export async function findService(dataDir: string): Promise<Asker | undefined> {
  const path = findSocketPath(dataDir);
  const socket = path === undefined ? undefined : await connectTo(path);
  if (socket === undefined) return undefined;
  const lines = readLines(socket, ANSWER_BYTES_MAX);
  return {
    async ask(name, input) {
      socket.write(`${JSON.stringify({ version: PROTOCOL_VERSION, command: name, input })}\n`);
      const entry = COMMANDS[name];
      return readResult(entry, await readAnswer(socket, lines, entry.timeoutMs));
    },
    async close() {
      socket.destroy();
    },
  };
}

async function readAnswer(
  socket: Socket,
  lines: AsyncGenerator<string, void, void>,
  timeoutMs: number,
): Promise<ControlAnswer> {
  const timer = setTimeout(() => socket.destroy(), timeoutMs + MARGIN_MS);
  try {
    const { value } = await lines.next();
    if (value !== undefined) return parseAnswer(value);
  } catch (cause) {
    throw new CommandError("The service stopped before it had answered: ask again.", { cause });
  } finally {
    clearTimeout(timer);
  }
  throw new CommandError("The service stopped before it had answered: ask again.");
}

function readResult<Name extends CommandName>(
  entry: CommandEntry<Name>,
  answer: ControlAnswer,
): ResultOf<Name> {
  if (answer.error !== undefined) throw new CommandError(answer.error);
  const { success, data, error } = entry.result.safeParse(answer.result);
  if (success) return data;
  throw new CommandError("The running service is of another version: restart it, then ask again.", {
    cause: error,
  });
}
