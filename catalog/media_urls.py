"""Under `/media/`, without a language: pictures are the same for everybody."""

from django.urls import path

from catalog.views import picture

urlpatterns = [
    path("p/<slug:shard>/<slug:digest>/<int:width>.<slug:fmt>", picture.derived, name="derived_picture"),
]
