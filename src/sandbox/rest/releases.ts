/** Endpoints of releases. */
import { releaseJson } from "../json/release.ts";
import { notFound } from "./api-error.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type Route } from "./route.ts";

export const releaseRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/releases",
    needs: "contents:read",
    handle(call) {
      const releases = call.parts.state.releases.filter(
        ({ repository }) => repository === call.repository,
      );
      return answerPage(call, releases.reverse(), (page) =>
        page.map((one) => releaseJson(one, call.parts)),
      );
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/releases/:id{[0-9]+}",
    needs: "contents:read",
    handle(call) {
      const id = Number(call.params["id"]);
      const release = call.parts.state.releases.find(
        (one) => one.id === id && one.repository === call.repository,
      );
      if (release === undefined) throw notFound();
      return { status: 200, body: releaseJson(release, call.parts) };
    },
  }),
];
