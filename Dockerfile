# One image for web, worker, beat and migrations: the command decides.
FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --quiet --upgrade pip
COPY requirements.lock .
RUN /opt/venv/bin/pip install --quiet --require-hashes -r requirements.lock

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=factcheck.settings \
    FACTCHECK_VAR=/var/lib/factcheck
# A fixed number, so that the volume's owner is the same in every image.
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin factcheck \
    && install -d -o factcheck -g factcheck -m 0750 /var/lib/factcheck
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# Compiled and hashed while the image is built: the running containers have a read-only root.
RUN python -m compileall -q articles claims factcheck \
    && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0
USER factcheck
VOLUME /var/lib/factcheck
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
# --no-control-socket: nothing to write beside the code. /dev/shm: a worker's heartbeat file must not be on a disk.
CMD ["gunicorn", "factcheck.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--graceful-timeout", "20", "--access-logfile", "-"]
