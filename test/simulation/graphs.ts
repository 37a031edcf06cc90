/** Tells instances with the quick source what a repository holds, with the faults of git. */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { takeFault } from "../../src/sandbox/faults.ts";
import type { SandboxState } from "../../src/sandbox/state.ts";
import { GRAPH_PATH, type Graph } from "./quick-source.ts";

export interface Graphs {
  /** Answers a request for a repository; false where the path asks for none. */
  answer(path: string, response: ServerResponse): Promise<boolean>;
  /** What a repository holds once `made` resolves: whoever hears of it before has to wait. */
  set(repository: string, made: Promise<Graph>): void;
}

const PATH = new RegExp(`^${GRAPH_PATH}/[^/]+/([^/]+)\\.git/git-upload-pack$`);

export function createGraphs(state: () => SandboxState | undefined): Graphs {
  const graphs = new Map<string, Promise<Graph>>();
  return {
    async answer(path, response) {
      const name = PATH.exec(path)?.[1];
      if (name === undefined) return false;
      const repository = state()?.repositories.find((one) => one.name === name);
      const graph = await graphs.get(name);
      const fault = takeFault(
        state()?.gitFaults ?? [],
        ({ matches }) => repository !== undefined && matches(repository, "git-upload-pack"),
      );
      if (fault?.stallMs !== undefined) await sleep(fault.stallMs);
      const status = fault?.status ?? (graph === undefined || repository === undefined ? 404 : 200);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(status === 200 ? JSON.stringify(graph) : "{}");
      return true;
    },
    set(repository, made) {
      graphs.set(repository, made);
    },
  };
}
