from django.urls import path

from onboarding import code_views, training_views, views

app_name = "onboarding"
urlpatterns = [
    path("code-of-practice/", code_views.code, name="code"),
    path("code-of-practice/<int:number>/", code_views.version, name="code_version"),
    path("my/code/", code_views.sign, name="sign"),
    path("my/", views.my_tasks, name="tasks"),
    path("my/training/", training_views.my_training, name="training"),
    path("my/training/<int:pk>/", training_views.session, name="session"),
    path("my/training/<int:pk>/cancel/<int:booking>/", training_views.session_cancel, name="session_cancel"),
    path("my/training/<int:pk>/calendar.ics", training_views.session_calendar, name="session_calendar"),
]
