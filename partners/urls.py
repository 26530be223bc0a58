from django.urls import path

from partners.views import scanned, section

app_name = "partners"

# Below a partner's code the addresses are those of the mall: `partners.frame` turns one into the other.
urlpatterns = [
    path("scanned/<slug:slug>/", scanned.product, name="scanned"),
    path("partner/<slug:code>/", section.section, name="section"),
    path("partner/<slug:code>/bonded/", section.bonded, name="bonded"),
    path("partner/<slug:code>/c/<slug:slug>/", section.category, name="category"),
    path("partner/<slug:code>/search/", section.search, name="search"),
    path("partner/<slug:code>/p/<slug:slug>/", section.product, name="product"),
]
