/** `rekeeper serve`: what `npm start` does. */
import type { Command } from "commander";

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("run the service; without credentials, the sandbox")
    .action(async () => {
      await import("../main.ts");
    });
}
