from django.urls import path

from feedback import case_views, correction_views, door_views, praise_views

app_name = "feedback"
urlpatterns = [
    path("feedback/", door_views.door, name="door"),
    path("feedback/which/", door_views.which, name="which"),
    path("feedback/sent/<str:token>/", door_views.sent, name="sent"),
    path("feedback/<slug:way>/", door_views.tell, name="tell"),
    path("carers/<slug:slug>/feedback/", door_views.door, name="door_of"),
    path("carers/<slug:slug>/concern/", door_views.tell, {"way": "concern"}, name="concern"),
    path("cases/<str:reference>/", case_views.case, name="case"),
    path("cases/<str:reference>/new-link/", case_views.new_link, name="new_link"),
    path("corrections/<str:token>/", correction_views.correction, name="correction"),
    path("thanks/<str:token>/", praise_views.withdraw, name="withdraw"),
    path("my/praise/", praise_views.mine, name="my_praise"),
    path("my/praise/<int:pk>/", praise_views.one, name="my_praise_one"),
]
