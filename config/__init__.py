"""Settings, URLs, Celery, embedded services; `config.lib` holds small modules that know no app."""
