from django.urls import path

from directory import enquiry_views, maps, profile, views

app_name = "directory"
urlpatterns = [
    path("map/<str:version>-<str:variant>.svg", maps.base_map, name="basemap"),
    path("find/", views.find, name="find"),
    path("carers/<slug:slug>/", profile.profile, name="profile"),
    path("carers/<slug:slug>/contact/", enquiry_views.enquiry, name="enquiry"),
    path("carers/<slug:slug>/contact/<str:reference>/", enquiry_views.enquiry_sent, name="enquiry_sent"),
    path("my/enquiries/", enquiry_views.my, name="my"),
    path("my/enquiries/<int:pk>/", enquiry_views.my_enquiry, name="my_enquiry"),
]
