from django.urls import path

from onboarding import views

app_name = "onboarding"
urlpatterns = [
    path("my/", views.my_tasks, name="tasks"),
]
