# One image for web, worker and beat; docker-compose.yml says which of them a container is.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /portal
RUN python -m venv /portal/.venv
COPY requirements.txt .
RUN .venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.11-slim
ENV PATH=/portal/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 VAR_DIR=/portal/var/data BIND=0.0.0.0:8000
# Pango and a typeface, for letters as PDF.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /portal portal
WORKDIR /portal
COPY --from=build /portal/.venv .venv
COPY . .
# Collected as production, so that file names carry their hash; the values are for this step alone.
RUN PRODUCTION=true SECRET_KEY=collect ALLOWED_HOSTS=localhost DATABASE_URL=sqlite:////tmp/none \
    EMAIL_URL=consolemail:// TRUSTED_PROXIES=0 VAR_DIR=/tmp/collect \
    python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/collect && mkdir -p var/data && chown -R portal var/data
USER portal
VOLUME /portal/var/data
EXPOSE 8000
CMD ["gunicorn", "microcare.wsgi"]
