/** The time that this thread computed: on a busy machine no rule seems slower than it is. */

/** Milliseconds of the processor since the thread began; some systems count in steps of 4 ms. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
