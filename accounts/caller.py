"""The address that asks, by which everything is limited: signing in, new passwords, messages to carers."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """As the nearest proxy we trust saw it; of IPv6 the network a household has, by its first address.

    Empty where it cannot be told.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies, claimed = settings.TRUSTED_PROXIES, [part.strip() for part in forwarded if part.strip()]
    seen = claimed[-proxies] if 0 < proxies <= len(claimed) else request.META.get("REMOTE_ADDR", "")
    try:
        ip = ipaddress.ip_address(without_port(seen))
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    # One that came over IPv6 with an IPv4 address in it: all of these are one network, but not one household.
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False).network_address)


def without_port(seen: str) -> str:
    """Azure's gateways write 203.0.113.9:51234, others [2001:db8::1]:51234."""
    if seen.startswith("["):
        return seen[1:].partition("]")[0]
    return seen.partition(":")[0] if seen.count(":") == 1 else seen
