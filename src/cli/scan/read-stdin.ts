/** Reads standard input to its end. */

/** Its bytes; undefined when there are more than allowed. */
export async function readAll(
  input: AsyncIterable<Buffer>,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
