"""Of carers who are in the directory: looking after what is public, for years. A part of `onboarding.urls`."""

from django.urls import path

from onboarding import buddy_views, headcount_views, leaving_views, library_views, news_views, space_views, upkeep_views

urlpatterns = [
    path("still-right/<str:token>/", upkeep_views.still_right, name="still_right"),
    path("my/listing/still-right/", upkeep_views.listing_still_right, name="listing_still_right"),
    path("my/space/", space_views.space, name="space"),
    path("my/headcount/", headcount_views.headcount, name="headcount"),
    path("my/buddy/", buddy_views.buddy, name="buddy"),
    path("my/buddy/<int:pk>/", buddy_views.buddy_one, name="buddy_one"),
    path("my/library/", library_views.library, name="library"),
    path("my/library/<slug:slug>/", library_views.library_guide, name="library_guide"),
    path("my/leave/", leaving_views.leave, name="leave"),
    path("stop-news/<str:token>/", news_views.stop_news, name="stop_news"),
    path("my/news/", news_views.my_news, name="news"),
    path("my/more/", upkeep_views.more, name="more"),
]
