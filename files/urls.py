from django.urls import re_path

from files import views
from files.models import EXTENSIONS, SIZES

app_name = "files"
urlpatterns = [
    re_path(
        rf"^(?P<token>[0-9a-f]{{32}})-(?P<size>{'|'.join(map(str, SIZES))})\.(?P<extension>{'|'.join(EXTENSIONS)})\Z",
        views.photo,
        name="photo",
    )
]
