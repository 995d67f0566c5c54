"""A small OpenID provider on this machine, for signing in by the council's own sign-in: code flow, PKCE, RS256."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "portal", "a secret of the two"


class Provider:
    """Answers as `who` (the claims of whoever sits at it). `key` signs; `published` is what its address says of it."""

    def __init__(self):
        self.key = self.published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.who = {"sub": "entra-7", "email": "sian@council.example", "name": "Siân Rees"}
        self.audience, self.codes, self.refuses = CLIENT, {}, False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"provider": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def token(self):
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.audience, "iat": now, "exp": now + 300, **self.who}
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "one"})

    def keys(self):
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key()))
        return {"keys": [{**jwk, "kid": "one", "use": "sig", "alg": "RS256"}]}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *args):
        """Nobody reads it."""

    def do_GET(self):
        it, where = self.provider, urlsplit(self.path)
        if where.path == "/.well-known/openid-configuration":
            self.answer({
                "issuer": it.url, "authorization_endpoint": f"{it.url}/authorize",
                "token_endpoint": f"{it.url}/token", "jwks_uri": f"{it.url}/keys",
            })  # fmt: skip
        elif where.path == "/keys":
            self.answer(it.keys())
        elif where.path == "/authorize":
            self.authorize({name: values[0] for name, values in parse_qs(where.query).items()})

    def authorize(self, asked):
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        if self.provider.refuses:
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = f"code-{len(self.provider.codes)}"
            self.provider.codes[code] = asked["code_challenge"]
            back = {"code": code, "state": asked["state"]}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {basic}":
            return self.answer({"error": "invalid_client"}, 401)
        if self.provider.codes.pop(sent["code"][0], None) != challenge:
            return self.answer({"error": "invalid_grant"}, 400)
        return self.answer({"access_token": "x", "token_type": "Bearer", "id_token": self.provider.token()})

    def answer(self, what, status=200):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
