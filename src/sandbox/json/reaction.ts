/** Shapes reactions as GitHub's API does. */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import type { Reaction } from "../conversation.ts";
import { nodeId } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { SandboxState } from "../state.ts";
import { accountJson } from "./account.ts";
import { timeJson } from "./time.ts";

export type ReactionJson =
  RestEndpointMethodTypes["reactions"]["createForIssue"]["response"]["data"];

export function reactionJson(reaction: Reaction, { links }: Parts): ReactionJson {
  return {
    id: reaction.id,
    node_id: nodeId("Reaction", reaction.id),
    user: accountJson(reaction.author, links),
    content: reaction.content,
    created_at: timeJson(reaction.createdAt),
  };
}

interface ReactionCountsJson {
  url: string;
  total_count: number;
  "+1": number;
  "-1": number;
  laugh: number;
  hooray: number;
  confused: number;
  heart: number;
  rocket: number;
  eyes: number;
}

/** How often each reaction was given; `url` is that of the subject. */
export function reactionsJson(
  subject: Reaction["subject"],
  url: string,
  state: SandboxState,
): ReactionCountsJson {
  const given = state.reactions.filter((reaction) => reaction.subject === subject);
  const count = (content: string): number =>
    given.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: given.length,
    "+1": count("+1"),
    "-1": count("-1"),
    laugh: count("laugh"),
    hooray: count("hooray"),
    confused: count("confused"),
    heart: count("heart"),
    rocket: count("rocket"),
    eyes: count("eyes"),
  };
}
