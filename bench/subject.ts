/** What a benchmark scans: named on the command line as NAME=FOLDER. */
import { statSync } from "node:fs";
import { join } from "node:path";

export interface Subject {
  readonly name: string;
  readonly folder: string;
  /** The folder is that of a bare repository: its history is scanned, and not its files. */
  readonly isHistory: boolean;
}

export function parseSubjects(args: readonly string[]): Subject[] {
  return args.map((arg) => {
    const [name = "", folder = ""] = arg.split("=", 2);
    if (!isFolder(folder)) throw new Error(`${arg}: write NAME=FOLDER with a folder that is there`);
    const isHistory = isFolder(join(folder, "objects")) && isFolder(join(folder, "refs"));
    return { name, folder, isHistory };
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
