# Pages and server are built where the packages of development are; the image that serves has none of them.
FROM node:22.20-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm run setup && npm run build

FROM node:22.20-bookworm-slim
LABEL org.opencontainers.image.title="Stagecue"
WORKDIR /app
COPY package.json package-lock.json ./
COPY .ci .ci
RUN npm run setup:production && rm -rf /root/.npm
COPY handlers handlers
COPY install install
COPY lib lib
COPY --from=build /app/app/dist app/dist
COPY --from=build /app/dist dist
RUN mkdir /data && chown 1000:1000 /data
# The image's own user "node": nothing under /app is his, so what runs cannot change itself.
USER 1000:1000
# The heap's limits are what `npm start` gives, too; more in NODE_OPTIONS of the container replaces it.
ENV NODE_OPTIONS="--max-old-space-size=512 --max-semi-space-size=8"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
VOLUME ["/data"]
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# Not through npm, which does not pass SIGTERM on to who runs in a container's first process.
CMD ["node", "dist/server.js"]
