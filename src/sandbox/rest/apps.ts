/** Endpoints of the App with its installation. */
import { z } from "zod";
import type { PermissionLevel, Permissions } from "../identity.ts";
import { appJson, installationJson } from "../json/app.ts";
import { repositoryJson } from "../json/repository.ts";
import { timeJson } from "../json/time.ts";
import { LIMITS } from "../limits.ts";
import type { Parts } from "../parts.ts";
import type { Repository } from "../state.ts";
import { opensRepository } from "../tokens.ts";
import { ApiError, notFound } from "./api-error.ts";
import { answerPage } from "./paging.ts";
import { type Call, defineRoute, type Route } from "./route.ts";

const tokenBody = z.strictObject({
  repositories: z.array(z.string()).max(LIMITS.tokenRepositories).optional(),
  repository_ids: z.array(z.number()).max(LIMITS.tokenRepositories).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])).optional(),
});
type TokenBody = z.infer<typeof tokenBody>;

export const appRoutes: readonly Route[] = [
  defineRoute({
    method: "GET",
    path: "/app",
    access: { kind: "app" },
    handle: ({ parts }) => ({
      status: 200,
      body: { ...appJson(parts.identity, parts.state, parts.links), installations_count: 1 },
    }),
  }),
  defineRoute({
    method: "GET",
    path: "/app/installations",
    access: { kind: "app" },
    handle: (call) => answerPage(call, [installationOf(call.parts)], (page) => page),
  }),
  defineRoute({
    method: "GET",
    path: "/app/installations/:id",
    access: { kind: "app" },
    handle(call) {
      checkInstallation(call);
      return { status: 200, body: installationOf(call.parts) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/app/installations/:id/access_tokens",
    access: { kind: "app" },
    body: tokenBody,
    handle: createToken,
  }),
  defineRoute({
    method: "DELETE",
    path: "/installation/token",
    access: { kind: "installation" },
    handle({ parts, token }) {
      if (token !== undefined) parts.tokens.revoke(token.text);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/installation/repositories",
    access: { kind: "installation" },
    handle: listRepositories,
  }),
  defineRoute({
    method: "GET",
    path: "/orgs/:org/installation",
    access: { kind: "app" },
    handle({ parts, params }) {
      const { login } = parts.state.organisation;
      if (params["org"]?.toLowerCase() !== login.toLowerCase()) throw notFound();
      return { status: 200, body: installationOf(parts) };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/repos/:owner/:repo/installation",
    access: { kind: "app" },
    handle({ parts, params }) {
      const repository = parts.getRepository(params["owner"], params["repo"]);
      if (!repository.installed) throw notFound();
      return { status: 200, body: installationOf(parts) };
    },
  }),
];

function createToken(call: Call<TokenBody>) {
  checkInstallation(call);
  const { parts, body } = call;
  if (parts.state.suspendedAt !== null) {
    throw new ApiError(403, "This installation has been suspended");
  }
  const repositories = listNamed(body, parts);
  const permissions = narrowPermissions(parts.identity.permissions, body.permissions);
  const repositoryIds = repositories && new Set(repositories.map(({ id }) => id));
  const token = parts.tokens.issue({ permissions, repositoryIds });
  const { state, links } = parts;
  const narrowed = repositories && {
    repositories: repositories.map((repository) => repositoryJson(repository, state, links)),
  };
  return {
    status: 201,
    body: {
      token: token.text,
      expires_at: timeJson(token.expiresAt),
      permissions,
      repository_selection: repositories === undefined ? "all" : "selected",
      ...narrowed,
    },
  };
}

function listRepositories(call: Call) {
  const { state, links } = call.parts;
  const { token } = call;
  const opened = state.repositories.filter(
    (repository) => token !== undefined && opensRepository(token, repository),
  );
  return answerPage(call, opened, (page) => ({
    total_count: opened.length,
    repository_selection: token?.repositoryIds === undefined ? "all" : "selected",
    repositories: page.map((repository) => repositoryJson(repository, state, links)),
  }));
}

function checkInstallation({ parts, params }: Call<unknown>): void {
  if (params["id"] !== String(parts.identity.installationId)) throw notFound();
}

function installationOf({ identity, state, links }: Parts) {
  return installationJson(identity, state, links);
}

/** The repositories that the body names, or undefined where it names none at all. */
function listNamed(body: TokenBody, { state }: Parts): Repository[] | undefined {
  if (body.repositories === undefined && body.repository_ids === undefined) return undefined;
  const byName = (body.repositories ?? []).map((name) =>
    state.repositories.find((repository) => repository.installed && repository.name === name),
  );
  const byId = (body.repository_ids ?? []).map((id) =>
    state.repositories.find((repository) => repository.id === id),
  );
  return [...byName, ...byId].map((repository) => {
    if (repository?.installed) return repository;
    throw new ApiError(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  });
}

function narrowPermissions(
  granted: Permissions,
  wanted: Readonly<Record<string, PermissionLevel>> | undefined,
): Permissions {
  if (wanted === undefined) return granted;
  for (const [name, level] of Object.entries(wanted)) {
    if (granted[name] === "write" || granted[name] === level) continue;
    throw new ApiError(422, "The permissions requested are not granted to this installation.");
  }
  return { ...wanted, metadata: "read" };
}
