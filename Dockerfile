# docker build -t kore-graph .     See .deploy/README.md.
ARG NODE=node:24-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY .ci/build.mjs .ci/
COPY src src
RUN npm run build

FROM ${NODE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM ${NODE}
ENV NODE_ENV=production HOST=0.0.0.0
# The working folder holds the store (.kore-graph/store) unless STORE_PATH or DATABASE_URL is set. Nothing else is written
# but temporary files in /tmp, so that the root file system may be read-only.
RUN mkdir /data && chown 1000:1000 /data
VOLUME /data
WORKDIR /data
COPY --from=dependencies /app/node_modules /app/node_modules
COPY --from=build /app/dist /app/dist
COPY schema/operations /app/schema/operations
COPY package.json LICENSE /app/
# By number: Kubernetes cannot see that a name is not root's.
USER 1000:1000
EXPOSE 4000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The flags of `npm start`. Node handles SIGTERM as the container's first process.
ENTRYPOINT ["node", "--max-semi-space-size=64", "--no-allocation-site-pretenuring", "/app/dist/main.js"]
CMD ["serve"]
