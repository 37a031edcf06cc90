/** Tells the App what only happens to pull requests. */
import type { PullRequest } from "../conversation.ts";
import { type PullAction, pullPayload } from "../event/pull.ts";
import type { Payload } from "../webhook-sender.ts";
import type { Acting } from "./acting.ts";

export function announcePull(
  pull: PullRequest,
  action: PullAction,
  { actor, parts }: Acting,
  more: Payload = {},
): void {
  const event = { action, pull, sender: actor, more };
  parts.webhooks.deliver("pull_request", pullPayload(event, parts));
  parts.state.changed();
}
