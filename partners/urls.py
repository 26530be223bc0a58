from django.urls import path

from partners.views import section

app_name = "partners"

urlpatterns = [
    path("partner/<slug:code>/", section.section, name="section"),
    path("partner/<slug:code>/c/<slug:slug>/", section.section, name="section"),
]
