/** The program that starts git for a larger process; see launcher.ts. */
import { spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import type { Command } from "./git-process.ts";

export interface LaunchOrder extends Command {
  readonly id: number;
  /** Where the three streams of the process are handed over. */
  readonly socketPath: string;
}

/** First that it started, then how it ended; the second alone where it could not be started. */
export type LaunchNews =
  | { readonly id: number; readonly pid: number }
  | { readonly id: number; readonly status: number | null | undefined };

process.on("message", (order: LaunchOrder) => {
  launch(order).catch(() => tell({ id: order.id, status: undefined }));
});
process.on("disconnect", () => process.exit());
// A supervisor or a terminal tells the whole group to end: the service decides when, by letting go.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => undefined);

async function launch({ id, socketPath, file, args, environment }: LaunchOrder): Promise<void> {
  const streams = await Promise.all([0, 1, 2].map((stream) => openStream(socketPath, id, stream)));
  const child = spawn(file, args, { cwd: "/", env: environment, detached: true, stdio: streams });
  child.once("exit", (status) => tell({ id, status }));
  child.once("error", () => tell({ id, status: undefined }));
  // The child has its own by now.
  for (const stream of streams) stream.destroy();
  if (child.pid !== undefined) tell({ id, pid: child.pid });
}

/** What comes through it is for the child: it is paused before it could read anything. */
async function openStream(path: string, id: number, stream: number): Promise<Socket> {
  const socket = connect({ path, allowHalfOpen: true });
  socket.pause();
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.write(`${id} ${stream}\n`, () => resolve());
  });
  return socket;
}

function tell(news: LaunchNews): void {
  process.send?.(news);
}
