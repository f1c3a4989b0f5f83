"""Addresses of the desk. A number never stands in one: it is always posted."""

from django.urls import path

from enrollment.desk import views

urlpatterns = [
    path("c/<slug:slug>/desk/", views.desk, name="desk"),
    path("c/<slug:slug>/desk/look-up/", views.look_up, name="desk-lookup"),
    path("c/<slug:slug>/desk/numbers/", views.join, name="desk-join"),
    path("c/<slug:slug>/desk/registrations/", views.save, name="desk-save"),
    path("c/<slug:slug>/desk/today/", views.today, name="desk-today"),
    path(
        "c/<slug:slug>/registrations/<int:registration_id>/withdrawal/",
        views.withdrawal,
        name="registration-withdrawal",
    ),
]
