/** The commands of a service: in a file of their own, since they all load its database. */
import type { Command } from "commander";
import { addBackup } from "./backup.ts";
import { addDoctor } from "./doctor.ts";
import { addLeaks } from "./leaks.ts";
import { addMigrate } from "./migrate.ts";
import { addStatus } from "./status.ts";

export function addServiceCommands(program: Command): void {
  addLeaks(program);
  addStatus(program);
  addDoctor(program);
  addBackup(program);
  addMigrate(program);
}
