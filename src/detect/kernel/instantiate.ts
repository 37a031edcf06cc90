/** Brings the kernel's WebAssembly to life, with a memory of fixed size. */
import { KERNEL_BASE64 } from "./kernel.generated.ts";

/** What `kernel.as.ts` exports, and its memory; all numbers are addresses in it. */
export interface KernelInstance {
  readonly buffer: ArrayBuffer;
  /** Returns where to go on: `to` when done, less when hits had no room below `hitsMax`. */
  readonly search: (from: number, to: number, end: number, hits: number, hitsMax: number) => number;
  /** Where the hits of the last call end. */
  readonly hitsEnd: () => number;
  /** Returns the end of the addresses that it wrote to `blocks`. */
  readonly findBlocks: (from: number, to: number, blocks: number) => number;
}

/** @param pageCount of 64 KiB. Takes about a millisecond, without waiting for anything. */
export function instantiateKernel(pageCount: number): KernelInstance {
  const memory = new WebAssembly.Memory({ initial: pageCount, maximum: pageCount });
  const binary = Uint8Array.from(atob(KERNEL_BASE64), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return { buffer: memory.buffer, ...exports };
}

/** The part of the global that is used here: the types of browsers are not loaded. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: object } },
  ) => { exports: Omit<KernelInstance, "buffer"> };
};
