from django.urls import path

from compliance import consent_views

app_name = "compliance"
urlpatterns = [path("my/status-checks/", consent_views.my_status_checks, name="status_checks")]
