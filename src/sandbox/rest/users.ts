/** Endpoints of accounts. */
import { accountJson } from "../json/account.ts";
import { timeJson } from "../json/time.ts";
import type { Parts } from "../parts.ts";
import { type Account, findAccount } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { notFound } from "./api-error.ts";
import { defineRoute, type Route } from "./route.ts";

export const userRoutes: readonly Route[] = [
  defineRoute({
    method: "GET",
    path: "/users/:login",
    access: { kind: "public" },
    handle({ parts, params }) {
      return {
        status: 200,
        body: userJson(findAccount(parts.state, params["login"] ?? ""), parts),
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/user/:id{[0-9]+}",
    access: { kind: "public" },
    handle({ parts, params }) {
      const id = Number(params["id"]);
      const account = parts.state.accounts.find((one) => one.id === id);
      return { status: 200, body: userJson(account, parts) };
    },
  }),
];

/** Throws GitHub's 404 for nobody. */
function userJson(account: Account | undefined, { links, identity }: Parts): Payload {
  if (account === undefined) throw notFound();
  return {
    ...accountJson(account, links),
    name: account.login,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: timeJson(identity.createdAt),
    updated_at: timeJson(identity.createdAt),
  };
}
