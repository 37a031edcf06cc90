/** Writes the files that are derived from the code, as `npm run generate`; a test keeps them in step. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderEnvExample } from "../src/config/env-example.ts";

const ROOT = join(import.meta.dirname, "..");

writeFileSync(join(ROOT, ".env.example"), renderEnvExample());
