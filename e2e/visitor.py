"""A browser's state before its first page: a session, and a log with entries."""

from playwright.sync_api import BrowserContext, Cookie

from e2e.fleet import AN_HOUR, Captain, Fleet

SESSION_COOKIE = "__Host-session-id"


class Visitor:
    """Sets up quickly, through the stores, what test_logging_in.py tests through the form."""

    def __init__(self, context: BrowserContext, fleet: Fleet, *, site_url: str) -> None:
        self._context = context
        self._fleet = fleet
        self._site_url = site_url

    def sign_in(
        self,
        captain: Captain,
        *,
        lasts_seconds: int = AN_HOUR,
        ends_in_seconds: int | None = None,
    ) -> str:
        """Give the browser a session and return its id; a negative time makes an expired one."""
        session_id = self._fleet.open_session(
            captain, lasts_seconds=lasts_seconds, ends_in_seconds=ends_in_seconds
        )
        self.present(session_id)
        return session_id

    def present(self, session_id: str) -> None:
        self._context.add_cookies(
            [
                {
                    "name": SESSION_COOKIE,
                    "value": session_id,
                    "url": self._site_url,
                    "httpOnly": True,
                    "secure": True,
                    "sameSite": "Strict",
                }
            ]
        )

    def record(self, *texts: str) -> None:
        """Write entries through the API, the newest last. Needs sign_in."""
        for text in texts:
            response = self._context.request.post("/api/logs", data={"text": text})
            assert response.status == 201, response.text()

    def session_status(self) -> int:
        """The API's status for the cookie: 200 or 401."""
        return self._context.request.get("/api/session").status

    def session_cookie(self) -> Cookie | None:
        cookies = self._context.cookies(self._site_url)
        return next((c for c in cookies if c.get("name") == SESSION_COOKIE), None)
