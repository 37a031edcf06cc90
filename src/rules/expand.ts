/**
 * Writes sample keys into a template, so that no key-shaped text has to be committed.
 *
 * Placeholders have no spaces inside, so `{{ name }}` of a template language stays as it is:
 * - `{{[A-Za-z0-9_-]:22}}`, `{{[a-f0-9]:20-30}}`: that many characters of a class;
 * - `{{hex:32}}` and the other names in CLASSES: a class with a name;
 * - `{{github_token:ghp_}}`, `{{npm_token}}`, `{{pypi_token}}`, `{{jwt}}`, `{{pem:RSA}}`: see generators.ts.
 */
import { drawRun, type RandomSource } from "./draw-run.ts";
import { GENERATORS } from "./generators.ts";

/**
 * Returns the template with every placeholder replaced.
 *
 * @throws Error for a placeholder that is unknown or has no valid length.
 */
export function expand(template: string, random: RandomSource): string {
  return template.replace(PLACEHOLDER, (placeholder, name: string, argument?: string) => {
    const generator = GENERATORS.get(name);
    if (generator !== undefined) return generator(argument ?? "", random);
    const source = name.startsWith("[") ? name : CLASSES.get(name);
    if (source === undefined) {
      throw new Error(`unknown placeholder ${placeholder}: known are ${KNOWN.join(", ")}, [class]`);
    }
    return drawRun(readClass(source), drawLength(placeholder, argument, random), random);
  });
}

const PLACEHOLDER = /\{\{(\[(?:\\.|[^\]\\])+\]|\w+)(?::([^{}\s]*))?\}\}/g;

const CLASSES: ReadonlyMap<string, string> = new Map([
  ["hex", "[a-f0-9]"],
  ["HEX", "[A-F0-9]"],
  ["alnum", "[A-Za-z0-9]"],
  ["ALNUM", "[A-Z0-9]"],
  ["digit", "[0-9]"],
  ["upper", "[A-Z]"],
  ["lower", "[a-z]"],
  ["base32", "[A-Z2-7]"],
  ["base64", "[A-Za-z0-9+/]"],
  ["base64url", "[A-Za-z0-9_-]"],
]);

const KNOWN: readonly string[] = [...CLASSES.keys(), ...GENERATORS.keys()];

/** The characters of a regular-expression class, asked of the expression itself. */
function readClass(source: string): string {
  const member = new RegExp(`^${source}$`);
  let characters = "";
  for (let code = 0x20; code < 0x7f; code++) {
    const character = String.fromCharCode(code);
    if (member.test(character)) characters += character;
  }
  return characters;
}

function drawLength(
  placeholder: string,
  argument: string | undefined,
  random: RandomSource,
): number {
  const range = /^(\d+)(?:-(\d+))?$/.exec(argument ?? "");
  const min = Number(range?.[1]);
  const max = Number(range?.[2] ?? range?.[1]);
  if (!(min >= 1 && min <= max && max <= LENGTH_MAX)) {
    throw new Error(`${placeholder} needs a length such as :32 or :20-30, at most ${LENGTH_MAX}`);
  }
  return min + Math.floor(random() * (max - min + 1));
}

const LENGTH_MAX = 20_000;
