/** Turns the kernel's AssemblyScript into a module that carries the WebAssembly as text. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const SOURCE = "src/detect/kernel/kernel.as.ts";
/** Where the module belongs, from the root of the repository. */
export const KERNEL_MODULE = "src/detect/kernel/kernel.generated.ts";

/**
 * Returns the text of the module. The same source gives the same text on every machine.
 *
 * @throws Error with the compiler's own messages.
 */
export async function compileKernel(): Promise<string> {
  const source = readFileSync(join(import.meta.dirname, "..", SOURCE), "utf8");
  const binary = await compile(source);
  const hash = createHash("sha256").update(binary).digest("hex");
  const lines =
    Buffer.from(binary)
      .toString("base64")
      .match(/.{1,80}/g) ?? [];
  return [
    `/** Written by scripts/build-kernel.ts from ${SOURCE}; SHA-256 of the bytes: ${hash}. */`,
    "",
    "/** The module in base64. */",
    "export const KERNEL_BASE64: string = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
}

async function compile(source: string): Promise<Uint8Array> {
  const messages: string[] = [];
  let binary: Uint8Array | undefined;
  const { error } = await asc.main([ENTRY, ...OPTIONS], {
    readFile: (name) => (name === ENTRY ? source : null),
    writeFile: (name, contents) => {
      if (name === OUTPUT && typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
    stderr: { write: (text) => messages.push(String(text)) },
  });
  if (error !== null || binary === undefined) {
    throw new Error(`the kernel does not compile:\n${messages.join("")}`, { cause: error });
  }
  return binary;
}

const ENTRY = "kernel.ts";
const OUTPUT = "kernel.wasm";
/** No runtime, no checks of our own, and a memory that the caller makes and sizes. */
const OPTIONS: readonly string[] = [
  ...["--outFile", OUTPUT, "-O3", "--converge", "--noAssert"],
  ...["--runtime", "stub", "--importMemory", "--noExportMemory"],
  ...["--enable", "simd"],
];
