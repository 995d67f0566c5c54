from django.urls import path

from content import views
from content.models import Page

app_name = "content"
urlpatterns = [
    path("", views.home, name="home"),
    *(path(f"{slug}/", views.page, {"slug": slug}, name=slug) for slug in Page.Slug.values if slug != Page.Slug.HOME),
]
