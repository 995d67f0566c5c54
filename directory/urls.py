from django.urls import path

from directory import maps, profile, views

app_name = "directory"
urlpatterns = [
    path("map/<str:version>-<str:variant>.svg", maps.base_map, name="basemap"),
    path("find/", views.find, name="find"),
    path("carers/<slug:slug>/", profile.profile, name="profile"),
]
