from django.urls import include, path

from onboarding import code_views, help_views, joining_views, service_views, task_views, training_views, views

app_name = "onboarding"
urlpatterns = [
    path("code-of-practice/", code_views.code, name="code"),
    path("code-of-practice/<int:number>/", code_views.version, name="code_version"),
    path("my/code/", code_views.sign, name="sign"),
    path("join/", joining_views.join, name="join"),
    path("join/sent/", joining_views.join_sent, name="join_sent"),
    path("join/new-link/", joining_views.new_link, name="join_new_link"),
    path("join/new-link/sent/", joining_views.new_link_sent, name="join_new_link_sent"),
    path("join/<str:token>/", joining_views.join_link, name="join_link"),
    path("", include("onboarding.upkeep_urls")),
    path("my/guide/", views.guide, name="guide"),
    path("my/", views.my_tasks, name="tasks"),
    path("my/help/", help_views.my_help, name="help"),
    path("my/help/new/", help_views.help_new, name="help_new"),
    path("my/help/<int:pk>/", help_views.help_one, name="help_one"),
    path("my/training/", training_views.my_training, name="training"),
    path("my/training/<int:pk>/", training_views.session, name="session"),
    path("my/training/<int:pk>/cancel/<int:booking>/", training_views.session_cancel, name="session_cancel"),
    path("my/training/<int:pk>/calendar.ics", training_views.session_calendar, name="session_calendar"),
    path("my/services/", service_views.services, name="services"),
    path("my/services/asks/", service_views.services_ask, name="services_ask"),
    path("my/records/", service_views.records, name="records"),
    path("my/tasks/<slug:slug>/", task_views.task, name="task"),
    path("my/tasks/<slug:slug>/check/", task_views.check, name="check"),
    path("my/tasks/<slug:slug>/<int:worker>/", task_views.task, name="task_of_worker"),
    path("my/tasks/<slug:slug>/<int:worker>/check/", task_views.check, name="check_of_worker"),
    path("my/sent/<int:pk>/", task_views.sent, name="sent"),
    path("my/papers/<slug:token>/", task_views.paper, name="paper"),
]
