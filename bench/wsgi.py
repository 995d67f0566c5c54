"""The application as production runs it, with the bench's constant page added."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "microcare.settings")

from django.conf import settings

settings.ROOT_URLCONF = "bench.urls"

from microcare.wsgi import application

__all__ = ["application"]
