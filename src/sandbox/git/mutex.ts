/** Lets one task at a time run per name. */

export interface Mutex {
  /** Runs `task` when every earlier one of the same name has ended; settles as it does. */
  run<Result>(name: string, task: () => Promise<Result>): Promise<Result>;
}

export function createMutex(): Mutex {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(name, task) {
      const turn = (tails.get(name) ?? Promise.resolve()).then(task, task);
      tails.set(name, turn);
      const forget = (): void => {
        if (tails.get(name) === turn) tails.delete(name);
      };
      turn.then(forget, forget);
      return turn;
    },
  };
}
