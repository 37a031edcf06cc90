/** Streams blobs out of one `git cat-file --batch`, as fast as its reader takes them. */
import type { Fragment, Gap } from "../model/fragment.ts";
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { createByteReader } from "./byte-reader.ts";
import { streamGit } from "./git-child.ts";
import { type GitContext, idLines, localCall } from "./git-command.ts";
import type { Environment } from "./git-environment.ts";

/**
 * Yields a fragment or a gap for each id, in the order given. A blob over `blobBytesMax` is passed
 * over as it streams by; an id that is not here is a gap too.
 */
export async function* catBlobs(
  context: GitContext,
  environment: Environment,
  ids: readonly ObjectId[],
  blobBytesMax: number,
): AsyncGenerator<Fragment | Gap> {
  const output = streamGit(
    localCall(context, {
      subcommand: "cat-file",
      args: ["--batch", "--buffer"],
      input: idLines(ids),
      environment,
      // Each blob has its own limit and all together a budget: see read-blobs.ts.
      stdoutBytesMax: Number.POSITIVE_INFINITY,
    }),
  );
  try {
    const reader = createByteReader(output);
    for (;;) {
      const line = await reader.readLine();
      if (line === undefined) return;
      const { blob, bytes } = parseHeader(line);
      if (bytes === undefined) {
        yield { kind: "failed", reason: "blob-missing", blob };
        continue;
      }
      if (bytes > blobBytesMax) {
        await reader.skipBytes(bytes + 1);
        yield { kind: "by-nature", reason: "blob-too-large", blob };
        continue;
      }
      const fragment = { blob, bytes: await reader.readBytes(bytes) };
      await reader.skipBytes(1);
      yield fragment;
    }
  } finally {
    await output.return(0);
  }
}

/** `<id> <type> <size>`, or `<id> missing`. */
function parseHeader(line: string): { blob: ObjectId; bytes: number | undefined } {
  const [id, type, size] = line.split(" ");
  return { blob: asObjectId(id), bytes: type === "missing" ? undefined : Number(size) };
}
