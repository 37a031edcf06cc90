/** Zip archives made at run time: the tests need no tool for them. */
import { crc32, deflateRawSync } from "node:zlib";

/** @param kind how the entries are kept; `encrypted` only says that they are. */
export function zipOf(
  files: Readonly<Record<string, Uint8Array>>,
  kind: "deflated" | "stored" | "encrypted" = "deflated",
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [path, bytes] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = kind === "stored" ? bytes : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(kind === "encrypted" ? 1 : 0, 2);
    common.writeUInt16LE(kind === "stored" ? 0 : 8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const header = Buffer.concat([word(0x04034b50), common, name, data]);
    const record = Buffer.alloc(14);
    record.writeUInt32LE(at, 10);
    directory.push(word(0x02014b50), Buffer.from([20, 0]), common, record, name);
    parts.push(header);
    at += header.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  const count = Object.keys(files).length;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, index, word(0x06054b50), end]);
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
