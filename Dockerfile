# The worker. Build: docker build -t trainctl-worker .
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
# git: for runs whose code is a commit of a repository. ca-certificates: for Temporal and AWS over TLS.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
ENV NODE_ENV=production TRAINCTL_HOME=/var/lib/trainctl
RUN mkdir -p /var/lib/trainctl && chown node /var/lib/trainctl
USER node
ENTRYPOINT ["node", "--max-old-space-size=1536", "dist/worker/main.js"]
