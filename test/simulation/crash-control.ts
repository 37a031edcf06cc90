/** Kills instances at the planned effects, starts them again, and has their deaths noticed. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Crash,
  DATABASE_EFFECTS,
  type DatabaseEffect,
  type Effect,
  GITHUB_EFFECTS,
  type GitHubEffect,
} from "./crash.ts";
import type { Judgement } from "./database-edge.ts";
import type { AskedGitHub } from "./github-edge.ts";
import type { Slot } from "./instance-slot.ts";

export interface CrashControl {
  /** From now on the crash happens, once. */
  arm(crash: Crash, repository: string): void;
  atGitHub(asked: AskedGitHub): Judgement;
  atDatabase(slot: number, statements: readonly string[]): Judgement;
  /** No crash happens any more; resolves when every instance runs, rejects when one does not start. */
  disarm(): Promise<void>;
  /** How often an instance was killed at each effect, `create issue after`. */
  readonly counts: Map<string, number>;
}

export interface CrashOptions {
  readonly slots: readonly Slot[];
  readonly systemAheadMs: (slot: number) => number;
  /** Makes the time pass after which the death of an instance of this name is noticed. */
  readonly bury: (name: string) => Promise<void>;
}

interface Armed {
  readonly crash: Crash;
  readonly repository: string;
  left: number;
}

const NO_CRASH: Judgement = { moment: "never", cut: () => undefined };

export function createCrashControl(options: CrashOptions): CrashControl {
  const { slots } = options;
  const counts = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let armed: Armed[] = [];

  function judge(matches: (one: Armed) => boolean): Judgement {
    for (const one of armed) {
      if (!slots[one.crash.slot]?.isUp() || !matches(one)) continue;
      one.left -= 1;
      if (one.left >= 0) continue;
      armed = armed.filter((other) => other !== one);
      const { effect, moment } = one.crash;
      const name = `${effect} ${moment}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return { moment, cut: () => track(crashNow(options, one.crash)) };
    }
    return NO_CRASH;
  }
  function track(crash: Promise<void>): void {
    underWay.add(crash);
    // Whoever waits for the end of all crashes hears of one that failed.
    crash.catch(() => undefined);
  }

  return {
    counts,
    arm(crash, repository) {
      armed.push({ crash, repository, left: crash.skip });
    },
    atGitHub: ({ instance, method, path }) =>
      judge(
        ({ crash, repository }) =>
          (instance === undefined || instance === slots[crash.slot]?.name()) &&
          path.includes(`/${repository}`) &&
          isGitHubEffect(crash.effect) &&
          GITHUB_EFFECTS[crash.effect].test(`${method} ${path}`),
      ),
    atDatabase: (slot, statements) =>
      judge(({ crash }) => {
        if (crash.slot !== slot || !isDatabaseEffect(crash.effect)) return false;
        const pattern = DATABASE_EFFECTS[crash.effect];
        return statements.some((statement) => pattern.test(statement));
      }),
    async disarm() {
      armed = [];
      await Promise.all(underWay);
      underWay.clear();
    },
  };
}

async function crashNow({ slots, systemAheadMs, bury }: CrashOptions, crash: Crash): Promise<void> {
  const slot = slots[crash.slot];
  if (slot === undefined) return;
  const name = slot.name();
  await slot.kill();
  await sleep(crash.downMs);
  await bury(name);
  await slot.start(systemAheadMs(crash.slot));
}

function isGitHubEffect(effect: Effect): effect is GitHubEffect {
  return effect in GITHUB_EFFECTS;
}

function isDatabaseEffect(effect: Effect): effect is DatabaseEffect {
  return effect in DATABASE_EFFECTS;
}
