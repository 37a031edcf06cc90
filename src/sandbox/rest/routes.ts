/** Every endpoint that this stand-in has, in the order in which paths are matched. */
import { appRoutes } from "./apps.ts";
import { checkRunRoutes } from "./check-runs.ts";
import { contentRoutes } from "./contents.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { gitRefRoutes } from "./git-refs.ts";
import { issueCommentRoutes } from "./issue-comments.ts";
import { issueRoutes } from "./issues.ts";
import { metaRoutes } from "./meta.ts";
import { pullContentRoutes } from "./pull-content.ts";
import { pullRoutes } from "./pulls.ts";
import { reactionRoutes } from "./reactions.ts";
import { releaseRoutes } from "./releases.ts";
import { repositoryRoutes } from "./repositories.ts";
import { reviewCommentRoutes } from "./review-comments.ts";
import { reviewRoutes } from "./reviews.ts";
import type { Route } from "./route.ts";
import { userRoutes } from "./users.ts";

export const ROUTES: readonly Route[] = [
  ...appRoutes,
  ...deliveryRoutes,
  ...repositoryRoutes,
  ...checkRunRoutes,
  ...issueCommentRoutes,
  ...reactionRoutes,
  ...issueRoutes,
  ...reviewCommentRoutes,
  ...reviewRoutes,
  ...pullContentRoutes,
  ...pullRoutes,
  ...contentRoutes,
  ...releaseRoutes,
  ...gitRefRoutes,
  ...userRoutes,
  ...metaRoutes,
];
