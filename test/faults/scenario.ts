/** What a fault run is: something that goes wrong under many pushes, several times over. */
import type { Faults } from "../support/pushed-heads.ts";

export interface Outcome extends Faults {
  readonly pushes: number;
  /** What went wrong and what it cost, in a few words. */
  readonly note: string;
}

export interface Scenario {
  /** By which it is asked for on the command line. */
  readonly name: string;
  readonly runCount: number;
  /** @param index counts from 0; @param folder empty, and removed afterwards. */
  run(index: number, folder: string): Promise<Outcome>;
}
