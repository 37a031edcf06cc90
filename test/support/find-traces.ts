/** Finds traces of keys in any bytes: parts of a key, in each form in which it could be stored. */

/** Bytes, and where they are from. */
export interface Evidence {
  readonly place: string;
  readonly bytes: Buffer;
}

/** The forms that are looked for; each gives what a text looks like in it, wherever it stands. */
export const FORMS: Readonly<Record<string, (text: string) => readonly Buffer[]>> = {
  "as it is": (text) => [Buffer.from(text)],
  "UTF-16": (text) => [Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16()],
  base64: (text) => base64Forms(text).map((form) => Buffer.from(form)),
  "base64 for URLs": (text) =>
    base64Forms(text).map((form) => Buffer.from(form.replaceAll("+", "-").replaceAll("/", "_"))),
  hex: (text) => [Buffer.from(Buffer.from(text).toString("hex"))],
  "hex in capitals": (text) => [Buffer.from(Buffer.from(text).toString("hex").toUpperCase())],
  "percent-encoded": (text) => {
    const everyByte = Buffer.from(text).toString("hex").replace(/../g, "%$&");
    return [encodeURIComponent(text), everyByte, everyByte.toUpperCase()].map((form) =>
      Buffer.from(form),
    );
  },
};

/** A leak of this many characters of a key in a row is found, wherever in the key they stand. */
export const TRACE_CHARACTERS_MIN = 16;
const PART_CHARACTERS = 12;
const PART_STEP = TRACE_CHARACTERS_MIN - PART_CHARACTERS;

interface Needle {
  readonly bytes: Buffer;
  readonly label: string;
}

/**
 * Gives one line per place, key and form.
 *
 * @param keys by the name under which a trace of it is reported; armour lines of PEM do not count.
 */
export function findTraces(
  keys: Readonly<Record<string, string>>,
  evidence: Iterable<Evidence>,
): readonly string[] {
  const needles = Object.entries(keys).flatMap(([name, text]) => listNeedles(name, text));
  const search = createSearch(needles);
  const traces = new Set<string>();
  for (const { place, bytes } of evidence) {
    for (const { label } of search(bytes)) traces.add(`${place}: ${label}`);
  }
  return [...traces];
}

function listNeedles(name: string, text: string): readonly Needle[] {
  const parts = text
    .split("\n")
    .filter((line) => !line.startsWith("-----"))
    .flatMap(listParts);
  const needles = Object.entries(FORMS).flatMap(([form, encode]) =>
    parts.flatMap(encode).map((bytes) => ({ bytes, label: `${name}, ${form}` })),
  );
  // Letters look the same in several forms: the first of these is reported.
  return [...new Map(needles.toReversed().map((one) => [one.bytes.toString("hex"), one])).values()];
}

function listParts(line: string): readonly string[] {
  const last = line.length - PART_CHARACTERS;
  if (last < 0) return [];
  const starts = Array.from(
    { length: Math.floor(last / PART_STEP) + 1 },
    (_, at) => at * PART_STEP,
  );
  return [...starts, last].map((start) => line.slice(start, start + PART_CHARACTERS));
}

/** The characters that depend on the text alone, with 0, 1 or 2 bytes before it in its group. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor((bytes.length * 8) / 6);
    return bytes.toString("base64").slice(first, end);
  });
}

/** All needles at once: a table of their first three bytes lets nearly every position pass. */
function createSearch(needles: readonly Needle[]): (bytes: Buffer) => Iterable<Needle> {
  const starts = new Uint8Array(2 ** 24);
  const byStart = Map.groupBy(needles, ({ bytes }) => bytes.readUIntBE(0, 3));
  for (const start of byStart.keys()) starts[start] = 1;
  return function* search(bytes) {
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      start = ((start << 8) | (bytes[at] ?? 0)) & 0xff_ffff;
      if (starts[start] !== 1 || at < 2) continue;
      for (const needle of byStart.get(start) ?? []) {
        const end = at - 2 + needle.bytes.length;
        if (end <= bytes.length && needle.bytes.equals(bytes.subarray(at - 2, end))) yield needle;
      }
    }
  };
}
