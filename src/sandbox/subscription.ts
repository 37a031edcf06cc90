/** Decides which events the App hears of. */
import type { AppIdentity } from "./identity.ts";
import type { SandboxState } from "./state.ts";
import type { Payload } from "./webhook-sender.ts";

/** GitHub sends these to every App, whatever it subscribed to. */
const ALWAYS = ["installation", "installation_repositories", "installation_target", "ping"];
/** And these to every App that may write checks. */
const WITH_CHECKS = ["check_run", "check_suite"];

/**
 * False for an event that the App did not subscribe to, for one of a repository that its
 * installation does not cover, and for nearly everything while it is suspended.
 */
export function hears(
  event: string,
  payload: Payload,
  identity: AppIdentity,
  state: SandboxState,
): boolean {
  if (ALWAYS.includes(event)) return true;
  if (state.suspendedAt !== null) return false;
  const subscribed =
    identity.events.includes(event) ||
    (WITH_CHECKS.includes(event) && identity.permissions["checks"] === "write");
  const { id } = (payload["repository"] ?? {}) as { readonly id?: unknown };
  const repository = state.repositories.find((one) => one.id === id);
  return subscribed && (repository?.installed ?? true);
}
