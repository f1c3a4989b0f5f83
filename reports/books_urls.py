"""Addresses of the books."""

from django.urls import path

from reports import books_page

urlpatterns = [
    path("c/<slug:slug>/books/", books_page.books_page, name="books"),
    path("c/<slug:slug>/books/checking/", books_page.books_checking, name="books-checking"),
    path("c/<slug:slug>/books/<int:run_id>/", books_page.books_run, name="books-run"),
]
