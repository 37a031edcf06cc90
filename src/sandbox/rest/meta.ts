/** Endpoints about the server itself. */
import { defineRoute, type Route } from "./route.ts";

export const metaRoutes: readonly Route[] = [
  defineRoute({
    method: "GET",
    path: "/rate_limit",
    access: { kind: "public" },
    handle({ rate }) {
      const { limit, used, remaining, resetS } = rate;
      const core = { limit, used, remaining, reset: resetS };
      return { status: 200, body: { resources: { core, search: core }, rate: core } };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/meta",
    access: { kind: "public" },
    handle: () => ({
      status: 200,
      body: { verifiable_password_authentication: true, hooks: ["127.0.0.1/32", "::1/128"] },
    }),
  }),
];
