/** Brings text of two-byte encodings into UTF-8, which rules are written for. */

/**
 * Returns UTF-16 as UTF-8 without its byte order mark, anything else as it is: other encodings
 * agree with ASCII where keys are concerned, and binary files are scanned as bytes.
 */
export function decodeToUtf8(bytes: Uint8Array): Uint8Array {
  const encoding = findUtf16(bytes);
  return encoding === undefined ? bytes : ENCODER.encode(new TextDecoder(encoding).decode(bytes));
}

const ENCODER = new TextEncoder();

type Utf16 = "utf-16le" | "utf-16be";

function findUtf16(bytes: Uint8Array): Utf16 | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return bytes.length >= SAMPLE_MIN ? findUtf16WithoutMark(bytes) : undefined;
}

const SAMPLE_MIN = 8;
const SAMPLE_BYTES = 1_024;
/** Of every second byte; the rest may be letters beyond Latin-1. */
const ZERO_SHARE_MIN = 0.7;

/**
 * Western text in UTF-16 has a zero in nearly every second place and none in between. The whole
 * sample must look so: a binary file that is taken for text loses the ASCII that it holds.
 */
function findUtf16WithoutMark(bytes: Uint8Array): Utf16 | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  for (let index = sample.indexOf(0); index !== -1; index = sample.indexOf(0, index + 1)) {
    zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  const most = (sample.length / 2) * ZERO_SHARE_MIN;
  if (odd >= most && even === 0) return "utf-16le";
  return even >= most && odd === 0 ? "utf-16be" : undefined;
}
