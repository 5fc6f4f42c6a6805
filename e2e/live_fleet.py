"""The only captain of a live site, whose tests touch no other captain's data."""

import json
import ssl
import urllib.request
from http.cookies import SimpleCookie

from playwright.sync_api import BrowserContext, Route

from e2e.fleet import AN_HOUR, Captain, Fleet, Stores
from e2e.stack import Live
from e2e.visitor import SESSION_COOKIE


class LiveFleet(Fleet):
    """Promotion creates and deletes the captain; here the data of a test is deleted."""

    def __init__(self, stores: Stores, live: Live, site_url: str) -> None:
        super().__init__(stores)
        self._site_url = site_url
        self._captain = Captain(user_name=live.user_name, password=live.password)
        self._trust = ssl.create_default_context(cafile=live.ca_file)

    def commission(self) -> Captain:
        return self._captain

    def open_session(
        self,
        captain: Captain,
        *,
        lasts_seconds: int = AN_HOUR,
        ends_in_seconds: int | None = None,
    ) -> str:
        """A session by a real log-in, with its expiry changed if it is to end earlier."""
        session_id = self._log_in(captain)
        if lasts_seconds < AN_HOUR:
            self.leave(session_id, seconds=lasts_seconds)
        return session_id

    def _log_in(self, captain: Captain) -> str:
        request = urllib.request.Request(
            f"{self._site_url}/api/login",
            data=json.dumps({"username": captain.user_name, "password": captain.password}).encode(),
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=self._trust))
        with opener.open(request, timeout=60) as response:
            cookies: SimpleCookie = SimpleCookie()
            for header in response.headers.get_all("Set-Cookie", []):
                cookies.load(header)
        return cookies[SESSION_COOKIE].value

    def disband(self) -> None:
        """Delete the captain's entries; the captain stays for the next test."""
        self._delete_entries(self._captain)


def prevent_other_log_ins(context: BrowserContext, live: Live) -> None:
    """Prevent log-ins as any other captain, so that no real one is locked out."""

    def own_name_alone(route: Route) -> None:
        body = route.request.post_data_json
        own = isinstance(body, dict) and body.get("username") == live.user_name
        route.continue_() if own else route.abort()

    context.route("**/api/login", own_name_alone)
