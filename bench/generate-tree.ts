/** Source code that nobody wrote, the same at each run, for machines without a tree at hand. */
import { seededRandom } from "../src/lib/seeded-random.ts";

const FILE_BYTES = 9_000;

/** Returns files of about 300 lines, together as large as asked for. */
export function generateTree(bytesTotal: number): Uint8Array[] {
  const random = seededRandom("tree");
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  const drawLine = () =>
    `${" ".repeat(2 * Math.floor(random() * 4))}${pick(FORMS).replace(/%/g, () => pick(WORDS))}\n`;
  const files: Uint8Array[] = [];
  for (let left = bytesTotal; left > 0; left -= FILE_BYTES) {
    let text = "";
    while (text.length < FILE_BYTES) text += drawLine();
    files.push(new TextEncoder().encode(text));
  }
  return files;
}

const FORMS: readonly string[] = [
  "const % = %(%, %);",
  "// % of the % that % has, when % is not %",
  'import { % } from "../%/%.ts";',
  "if (%.% === undefined) return %;",
  '  "%": "%",',
  "export function %(%: string): % {",
  "}",
  "return %.map((%) => %.%(%));",
  "",
];

/** Some of them wake rules up, as words of real code do. */
const WORDS: readonly string[] = [
  ...["request", "response", "client", "token", "key", "value", "index", "access", "account"],
  ...["userName", "password", "readFile", "options", "config", "githubClient", "awsRegion", "url"],
  ...["storageClass", "parse", "render", "list", "count", "sum", "node", "state", "event", "path"],
];
