/** Endpoints of a repository with the people who may use it. */
import { findRole } from "../act/acting.ts";
import { accountJson } from "../json/account.ts";
import { fullRepositoryJson } from "../json/repository.ts";
import { findAccount, type RepositoryRole } from "../state.ts";
import { notFound } from "./api-error.ts";
import { defineRepositoryRoute, type Route } from "./route.ts";

/** The older scale of four on which GitHub reports a role beside its own name. */
const PERMISSION_OF_ROLE: Readonly<Record<RepositoryRole, "admin" | "write" | "read">> = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
};

export const repositoryRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "",
    needs: "metadata:read",
    handle: ({ repository, parts }) => ({
      status: 200,
      body: fullRepositoryJson(repository, parts.state, parts.links),
    }),
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/collaborators/:user/permission",
    needs: "metadata:read",
    handle({ repository, params, parts }) {
      const account = findAccount(parts.state, params["user"] ?? "");
      if (account === undefined) throw notFound();
      const role = findRole(account, repository);
      const permission = role === undefined ? "none" : PERMISSION_OF_ROLE[role];
      const roleName = role ?? "";
      const user = { ...accountJson(account, parts.links), role_name: roleName };
      return { status: 200, body: { permission, role_name: roleName, user } };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/assignees/:user",
    needs: "metadata:read",
    handle({ repository, params, parts }) {
      const account = findAccount(parts.state, params["user"] ?? "");
      if (account === undefined || !repository.roles.has(account.login)) throw notFound();
      return { status: 204 };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/rules/branches/:branch{.+}",
    needs: "metadata:read",
    handle: () => ({ status: 200, body: [] }),
  }),
];
