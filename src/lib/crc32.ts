/** The CRC-32 that zip, PNG and several token formats use (IEEE 802.3, reflected). */

/** Returns the checksum as an unsigned 32-bit number. Meant for short inputs: it has no table. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? REFLECTED_POLYNOMIAL : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const REFLECTED_POLYNOMIAL = 0xedb88320;
