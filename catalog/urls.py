from django.urls import path

from catalog.views import browse, help

app_name = "catalog"

urlpatterns = [
    # Pages that lead to goods
    path("", browse.categories, name="home"),
    path("categories/", browse.categories, name="categories"),
    path("c/<slug:slug>/", browse.categories, name="category"),
    path("search/", browse.categories, name="search"),
    path("suggest/", browse.categories, name="suggest"),
    # Notes
    path("help/<slug:topic>/", help.note, name="help"),
    # A person's favourites
    path("favourites/", browse.categories, name="favourites"),
]
