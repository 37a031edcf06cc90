/** The kernel engine's search: WebAssembly over chunks of the fragment. */
import type { CompiledRules } from "../../model/rule.ts";
import { createProposalCollector, type ProposalCollector, type Proposer } from "../proposal.ts";
import { instantiateKernel, type KernelInstance } from "./instantiate.ts";
import { writeImage } from "./memory-image.ts";
import {
  CHUNK_BYTES_MAX,
  HIT_SIZE,
  HITS_MAX,
  layOutMemory,
  type MemoryLayout,
} from "./memory-layout.ts";
import { listWatchedLiterals, type Watch } from "./watch-list.ts";

interface Kernel extends Omit<KernelInstance, "buffer"> {
  readonly memory: Uint8Array;
  readonly hits: Uint32Array;
  readonly layout: MemoryLayout;
  readonly watches: readonly Watch[];
  readonly tailBytes: number;
  /** Where the hits of one place still fit. */
  readonly hitsMax: number;
}

/** Proposes what the reference does. The memory is made here and never grows. */
export function createKernelProposer(rules: CompiledRules): Proposer {
  const kernel = createKernel(rules);
  return (bytes) => {
    const collected = createProposalCollector();
    const blocks: number[] = [];
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES_MAX) {
      searchChunk(kernel, bytes, start, collected);
      listBlocks(kernel, start, Math.min(CHUNK_BYTES_MAX, bytes.length - start), blocks);
    }
    return { byRule: collected.finish(), blocks };
  };
}

function createKernel(rules: CompiledRules): Kernel {
  const literals = listWatchedLiterals(rules);
  const watches = literals.flatMap((literal) => literal.watches).toSorted((a, b) => a.id - b.id);
  const sets = [...new Set(watches.flatMap(({ run }) => (run === undefined ? [] : [run.bytes])))];
  const tailBytes =
    Math.max(0, ...literals.map(({ length }) => length)) +
    Math.max(0, ...watches.map(({ run }) => run?.countMin ?? 0));
  const counts = { literals: literals.length, watches: watches.length, sets: sets.length };
  const layout = layOutMemory({ ...counts, tailBytes });
  const { buffer, search, hitsEnd, findBlocks } = instantiateKernel(layout.pageCount);
  const memory = new Uint8Array(buffer);
  writeImage(memory, layout, literals, sets);
  return {
    search,
    hitsEnd,
    findBlocks,
    memory,
    hits: new Uint32Array(buffer, layout.hitsAt, (layout.inputAt - layout.hitsAt) / 4),
    layout,
    watches,
    tailBytes,
    hitsMax: layout.hitsAt + HITS_MAX * HIT_SIZE,
  };
}

/** Looks for literals that begin in the chunk at `start`; what may follow them is copied with it. */
function searchChunk(
  { memory, hits, layout, watches, tailBytes, hitsMax, search, hitsEnd }: Kernel,
  bytes: Uint8Array,
  start: number,
  collected: ProposalCollector,
): void {
  const { inputAt, hitsAt } = layout;
  const chunk = bytes.subarray(start, start + CHUNK_BYTES_MAX + tailBytes);
  memory.set(chunk, inputAt);
  const end = inputAt + chunk.length;
  const to = Math.min(end, inputAt + CHUNK_BYTES_MAX);
  let from = inputAt;
  while (from < to) {
    from = search(from, to, end, hitsAt, hitsMax);
    const wordCount = (hitsEnd() - hitsAt) / 4;
    for (let index = 0; index < wordCount; index += 2) {
      const watch = watches[hits[index] ?? 0];
      if (watch !== undefined) collected.add(watch, (hits[index + 1] ?? 0) - inputAt + start);
    }
  }
}

/** Asks about the chunk that was searched last; all of its blocks have room where hits go. */
function listBlocks(
  { hits, layout, findBlocks }: Kernel,
  start: number,
  length: number,
  blocks: number[],
): void {
  const { inputAt, hitsAt } = layout;
  const count = (findBlocks(inputAt, inputAt + length, hitsAt) - hitsAt) / 4;
  for (let index = 0; index < count; index++) blocks.push((hits[index] ?? 0) - inputAt + start);
}
