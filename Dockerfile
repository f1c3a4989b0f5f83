# One image for web, worker and beat; docker-compose.yml says which is which.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 CANBAO_DATA=/data
RUN useradd --uid 10001 --create-home canbao && install -d -o canbao /data
WORKDIR /app

# Only the part above the mark: tests and checks stay outside.
COPY requirements.txt .
RUN sed '/^# --- tests/,$d' requirements.txt > /tmp/runtime.txt \
    && pip install --no-cache-dir -r /tmp/runtime.txt

COPY . .
RUN python manage.py collectstatic --noinput -v 0

USER canbao
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi:application"]
