from django.urls import path

from compliance import concern_views, consent_views

app_name = "compliance"
urlpatterns = [
    path("my/status-checks/", consent_views.my_status_checks, name="status_checks"),
    path("my/concerns/", concern_views.concerns, name="concerns"),
    path("my/concerns/<str:reference>/", concern_views.concern, name="concern"),
    path("my/concerns/<str:reference>/files/<str:token>/", concern_views.concern_file, name="concern_file"),
    path("my/concerns/<str:reference>/decision/<int:decision>/", concern_views.concern_letter, name="concern_letter"),
]
