from django.urls import path

from directory import profile, views

app_name = "directory"
urlpatterns = [
    path("find/", views.find, name="find"),
    path("carers/<slug:slug>/", profile.profile, name="profile"),
]
