"""The DBS's Multiple Status Check facility as its guide describes it, on this machine: an invented service for tests.

What it answers is set by `status` and `mode`; what it was asked stands in `asked`. It never knew anybody.
"""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PATH = "/crsc/api/status/"
NEEDED = {
    "dateOfBirth", "surname", "hasAgreedTermsAndConditions", "organisationName", "employeeSurname", "employeeForename",
}  # fmt: skip
ANSWER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><statusCheckResult>'
    "<statusCheckResultType>{kind}</statusCheckResultType><status>{status}</status>"
    "<forename>{forename}</forename><surname>{surname}</surname><printDate>2025-01-09T00:00:00Z</printDate>"
    "</statusCheckResult>"
)
LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">{}]><statusCheckResult>&j;</statusCheckResult>'.format(
    "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True))
)
OUTSIDE = (
    '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><statusCheckResult><status>&f;</status></statusCheckResult>'
)


class StandIn(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.mode, self.kind = "BLANK_NO_NEW_INFO", "", "SUCCESS"
        self.forename, self.surname = "MEGAN", "PRICE"
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.let_go = threading.Event()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        it, parts = self.server, urlsplit(self.path)
        said = {name: values[0] for name, values in parse_qs(parts.query).items()}
        it.asked.append((parts.path, said))
        number = parts.path.removeprefix(PATH)
        if not parts.path.startswith(PATH) or not (len(number) == 12 and number.isdecimal()) or said.keys() != NEEDED:
            self.say("Bad request", 400, "text/plain")
            return
        match it.mode:
            case "400" | "500" | "503":
                self.say("No", int(it.mode), "text/plain")
            case "hang":
                it.let_go.wait(20)
            case "redirect":
                self.say("", 302, "text/plain", Location=f"{it.address}/elsewhere?{parts.query}")
            case "closed":
                self.close_connection = True
            case "huge":
                self.say("<statusCheckResult>" + "<a/>" * 50_000 + "</statusCheckResult>")
            case "html":
                self.say("<html><body>Down for work</body></html>", 200, "text/html")
            case "":
                said = {"kind": it.kind, "status": it.status, "forename": it.forename, "surname": it.surname}
                self.say(ANSWER.format(**said))
            case words:
                self.say(words)

    def say(self, text, status=200, kind="application/xml", **headers):
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """What is asked stands in no log, here neither."""


@contextmanager
def standing_in():
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        server.shutdown()
        server.server_close()
