"""Addresses of photos: the same in every language, so that none is fetched twice."""

from django.urls import re_path

from directory.photo_views import photo
from files.views import RENDITION

urlpatterns = [re_path(rf"^{RENDITION}", photo, name="photo")]
