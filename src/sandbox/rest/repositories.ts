/** Endpoints of a repository with the people who may use it. */
import { accountJson } from "../json/account.ts";
import { fullRepositoryJson } from "../json/repository.ts";
import { findAccount, type RepositoryRole } from "../state.ts";
import { opensRepository } from "../tokens.ts";
import { notFound } from "./api-error.ts";
import { defineRepositoryRoute, defineRoute, type Route } from "./route.ts";

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
  defineRoute({
    method: "GET",
    path: "/repositories/:id",
    access: { kind: "installation" },
    handle({ params, parts, token }) {
      const id = Number(params["id"]);
      const repository = parts.state.repositories.find((candidate) => candidate.id === id);
      if (repository === undefined || token === undefined) throw notFound();
      if (!opensRepository(token, repository)) throw notFound();
      return { status: 200, body: fullRepositoryJson(repository, parts.state, parts.links) };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/collaborators/:user/permission",
    needs: "metadata:read",
    handle({ repository, params, parts }) {
      const account = findAccount(parts.state, params["user"] ?? "");
      if (account === undefined) throw notFound();
      const role = repository.roles.get(account.login);
      // Everybody reads a public repository, whether listed or not.
      const unlisted = repository.private ? "none" : "read";
      const permission = role === undefined ? unlisted : PERMISSION_OF_ROLE[role];
      const roleName = role ?? (repository.private ? "" : "read");
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
