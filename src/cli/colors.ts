/** Colours, only where somebody looks at them. */
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

export function colorsOfOutput(): Colors {
  return pc.createColors(process.stdout.isTTY && pc.isColorSupported);
}
