# syntax=docker/dockerfile:1

# Rules and the template of the embedded database are made here, with tools that the image leaves out.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run prepare \
  && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json /app/app.yml ./
COPY --from=build /app/bin ./bin
COPY --from=build /app/build ./build
COPY --from=build /app/migrations ./migrations
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/src ./src

# The only folder that is written to besides /tmp; everything else may be mounted read-only.
RUN install --directory --owner=node --group=node --mode=0700 /data
VOLUME /data
# By default each thread takes memory from places of its own and gives little of it back.
ENV NODE_ENV=production \
  MALLOC_ARENA_MAX=2 \
  HOST=0.0.0.0 \
  PORT=3000 \
  REKEEPER_DATA_DIR=/data
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# `docker exec CONTAINER node bin/rekeeper.js status` asks the service in it.
CMD ["node", "--use-env-proxy", "--max-semi-space-size=8", "src/main.ts"]
