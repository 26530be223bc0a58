# glibc only: the wheels of PostgreSQL, opencc and typst have no musl builds.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/kmall24

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
# Static files and compiled texts are part of the image; pictures and labels are in the volume.
RUN useradd --system --home-dir /srv/kmall24 kmall24 \
    && mkdir -p var/media var/run \
    && python -c "from pathlib import Path; from kmall.translations import compile_catalogues as c; c(Path('.').resolve())" \
    && python manage.py collectstatic --no-input \
    && chown -R kmall24 var
USER kmall24
VOLUME /srv/kmall24/var/media

ENV PORT=8000 PROXIES=1
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--workers", "2", \
     "--blocking-threads", "1", "--backpressure", "64", "--respawn-failed-workers", "kmall.wsgi:application"]
