# The packages, from the hash-locked list; nothing is compiled.
FROM python:3.11.15-slim-trixie AS packages
COPY requirements.txt ./
RUN python -m venv /opt/amtsweg \
    && /opt/amtsweg/bin/pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes --requirement requirements.txt

# The product: API, workers and every other command of `python -m amtsweg`.
FROM python:3.11.15-slim-trixie
RUN groupadd --gid 10001 amtsweg \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin amtsweg \
    && install --directory --owner amtsweg --group amtsweg --mode 0750 /srv/amtsweg
COPY --from=packages /opt/amtsweg /opt/amtsweg
WORKDIR /app
COPY LICENSE amtsweg.py ./
COPY domain domain
COPY projections projections
COPY adapters adapters
COPY workers workers
COPY api api
ENV PATH=/opt/amtsweg/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AMTSWEG_HOME=/srv/amtsweg \
    AMTSWEG_HOST=0.0.0.0 \
    AMTSWEG_PORT=8000
RUN python -m compileall -q .
USER 10001:10001
EXPOSE 8000
# Is the process alive? Whether the system is ready is /readyz, which also looks at the workers.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from os import environ; from urllib.request import urlopen; urlopen(f\"http://127.0.0.1:{environ['AMTSWEG_PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["python", "-m", "amtsweg"]
CMD ["serve"]
