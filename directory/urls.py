from django.urls import path

from directory import views

app_name = "directory"
urlpatterns = [
    path("find/", views.find, name="find"),
]
