from django.urls import path

from onboarding import code_views, views

app_name = "onboarding"
urlpatterns = [
    path("code-of-practice/", code_views.code, name="code"),
    path("code-of-practice/<int:number>/", code_views.version, name="code_version"),
    path("my/code/", code_views.sign, name="sign"),
    path("my/", views.my_tasks, name="tasks"),
]
