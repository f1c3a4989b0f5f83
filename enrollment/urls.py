"""Addresses of the ground floor."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from enrollment import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("language/", set_language, name="set_language"),
    path("first-administrator/", views.first_administrator, name="first-administrator"),
    path("jobs/<int:job_id>/", views.job, name="job"),
    path("c/<slug:slug>/clock/", views.move_clock, name="move-clock"),
    path("", include("enrollment.desk.urls")),
    path("", include("enrollment.policy.urls")),
]
