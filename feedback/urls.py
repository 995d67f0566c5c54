from django.urls import path

from feedback import case_views

app_name = "feedback"
urlpatterns = [
    path("cases/<str:reference>/", case_views.case, name="case"),
    path("cases/<str:reference>/new-link/", case_views.new_link, name="new_link"),
]
