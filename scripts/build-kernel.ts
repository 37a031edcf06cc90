/**
 * Compiles the search kernel to WebAssembly, as `npm run build:kernel`.
 *
 * The result is committed, so that neither the program nor its installation needs the compiler;
 * test/engine/kernel-module.test.ts compiles again and compares.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileKernel, KERNEL_MODULE } from "./compile-kernel.ts";

writeFileSync(join(import.meta.dirname, "..", KERNEL_MODULE), await compileKernel());
