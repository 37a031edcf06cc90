/** Opens the embedded database and prints how much memory this process has then; a program. */
import { join } from "node:path";
import { sql } from "kysely";
import { openDatabase } from "../../src/db/open.ts";

const [, , folder = ""] = process.argv;
const templatePath = join(import.meta.dirname, "..", "..", "build", "pglite-template.tar.gz");
const { db, close } = await openDatabase({ dataDir: folder, templatePath });
await sql`select 1`.execute(db);
console.log(process.memoryUsage.rss());
await close();
