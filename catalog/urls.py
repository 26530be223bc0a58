from django.urls import path

from catalog.views import browse, favourites, help, home, product, search, seller

app_name = "catalog"

urlpatterns = [
    # Pages that lead to goods
    path("", home.home, name="home"),
    path("categories/", browse.categories, name="categories"),
    path("c/<slug:slug>/", browse.category, name="category"),
    path("search/", search.search, name="search"),
    path("suggest/", search.suggest, name="suggest"),
    # Goods and who makes them
    path("p/<slug:slug>/", product.product, name="product"),
    path("s/<slug:slug>/", seller.seller, name="seller"),
    # Notes
    path("help/<slug:topic>/", help.note, name="help"),
    # A person's favourites
    path("favourites/", favourites.favourites, name="favourites"),
    path("favourites/<int:product_id>/", favourites.choose, name="favourite"),
]
