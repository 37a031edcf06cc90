/** Stands between an instance and PostgreSQL, and can cut at each effect that statements have. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface DatabaseEdge {
  readonly port: number;
  /** Cuts every connection, and takes no other. */
  close(): Promise<void>;
}

/** What happens to an effect: nothing, or the end of the instance before or after it. */
export interface Judgement {
  readonly moment: "never" | "before" | "after";
  /** Ends the instance. */
  readonly cut: () => void;
}

export interface DatabaseEdgeOptions {
  readonly socketPath: string;
  /** Is asked about the statements that are about to take effect together. */
  readonly judge: (statements: readonly string[]) => Judgement;
}

export async function startDatabaseEdge(options: DatabaseEdgeOptions): Promise<DatabaseEdge> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(options.socketPath);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // Whichever end goes takes the other with it, as a process that dies would.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    join(client, upstream, options);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** `ReadyForQuery`, which ends each answer: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);
const READY_BYTES = READY.length + 1;

function join(client: Socket, upstream: Socket, { judge }: DatabaseEdgeOptions): void {
  const reader = createStatementReader();
  let cutAfter: (() => void) | undefined;
  client.on("data", (chunk: Buffer) => {
    for (const statements of reader.read(chunk)) {
      const { moment, cut } = judge(statements);
      if (moment === "before") return cut();
      if (moment === "after") cutAfter = cut;
    }
    upstream.write(chunk);
  });
  upstream.on("data", (chunk: Buffer) => {
    const end = chunk.subarray(-READY_BYTES);
    if (cutAfter === undefined) client.write(chunk);
    else if (end.subarray(0, READY.length).equals(READY)) cutAfter();
  });
}

const HEADER_BYTES = 5;
const STATEMENT_CHARACTERS_MAX = 400;

interface StatementReader {
  /** One list for each effect that the chunk completes: the statements that take effect together. */
  read(chunk: Buffer): readonly (readonly string[])[];
}

function createStatementReader(): StatementReader {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  let open: string[] | undefined;

  function take(statement: string): readonly string[] | undefined {
    if (/^begin\b|^start transaction\b/i.test(statement)) {
      open = [];
      return /\bcommit\b/i.test(statement) ? finish(statement) : undefined;
    }
    if (/^commit\b/i.test(statement)) return finish();
    if (/^rollback\b/i.test(statement)) open = undefined;
    else if (open === undefined) return [statement];
    else open.push(statement);
    return undefined;
  }
  function finish(...last: string[]): readonly string[] {
    const statements = [...(open ?? []), ...last];
    open = undefined;
    return statements;
  }

  return {
    read(chunk) {
      const effects: (readonly string[])[] = [];
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        // The first message of a connection has no type.
        const skip = isStarted ? 1 : 0;
        if (rest.length < skip + 4) break;
        const end = skip + rest.readUInt32BE(skip);
        if (rest.length < end) break;
        const statement = isStarted ? statementOf(rest.subarray(0, end)) : undefined;
        const effect = statement === undefined ? undefined : take(statement);
        if (effect !== undefined) effects.push(effect);
        rest = rest.subarray(end);
        isStarted = true;
      }
      return effects;
    },
  };
}

/** The text of `Query` and of `Parse`, whose name is empty. */
function statementOf(message: Buffer): string | undefined {
  const type = String.fromCharCode(message[0] ?? 0);
  if (type !== "Q" && type !== "P") return undefined;
  const start = type === "Q" ? HEADER_BYTES : message.indexOf(0, HEADER_BYTES) + 1;
  const end = Math.min(message.indexOf(0, start), start + STATEMENT_CHARACTERS_MAX);
  return message.toString("utf8", start, end).trim();
}
