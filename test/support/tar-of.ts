/** Tar archives made at run time, in the plain form of POSIX. */

const BLOCK_BYTES = 512;

export function tarOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts = Object.entries(files).flatMap(([path, bytes]) => {
    const header = Buffer.alloc(BLOCK_BYTES);
    header.write(path, 0);
    header.write(bytes.length.toString(8).padStart(11, "0"), 124);
    header.write("0", 156);
    header.write("ustar", 257);
    return [header, bytes, Buffer.alloc((BLOCK_BYTES - (bytes.length % 512)) % BLOCK_BYTES)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}
