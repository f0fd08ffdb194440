# One image for every role: `docker run … cramp-coach run`, `worker`, `web`, `migrate`, `doctor`, `backup FILE`.
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/
# Wheels only: what has to be compiled would need tools that are not here, and would not be what the tests ran on.
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: \
        --require-hashes --requirement /tmp/requirements.lock
COPY bot /app/bot
COPY jobs /app/jobs
COPY db /app/db
# The root file system is read-only later, so bytecode is made now.
RUN /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="Cramp Coach" \
      org.opencontainers.image.description="A Telegram bot for people whose legs cramp" \
      org.opencontainers.image.licenses="MIT"
# Numbers, not names, are what volumes and Kubernetes see; they never change.
RUN groupadd --gid 10001 bot \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin bot \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    HEALTH_LISTEN=127.0.0.1:9190
# The default database is data/cramp-coach.db in the working directory.
WORKDIR /
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
# Not through a proxy that the environment may name for Telegram, hence http.client.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection(os.environ['HEALTH_LISTEN'], timeout=3); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
