"""Language by the visitor's own choice only, and the absolute end of a session."""

from collections.abc import Callable
from time import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chinese unless the cookie of the language switch says English.

    Django's own middleware would follow the browser's Accept-Language; office computers are often
    installed in English, and their users are not.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


SEEN_EVERY = 60  # seconds: what a session's idle time is exact to


class SessionAgeMiddleware:
    """Signs out after SESSION_ABSOLUTE_AGE, however busy, and after SESSION_COOKIE_AGE without use.

    A use is written at most once a minute: a page that only reads then writes nothing.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            session, now = request.session, int(time())
            if now - session.setdefault("began", now) > settings.SESSION_ABSOLUTE_AGE:
                logout(request)
            elif now - session.get("seen", 0) >= SEEN_EVERY:
                session["seen"] = now  # saves it, and with it both its ends move on
        return self.get_response(request)
