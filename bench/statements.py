"""Prints how many SQL statements each address given takes, as JSON: {address: statements}. One process, warm."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "microcare.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment


def statements(address: str) -> int:
    client = Client(SERVER_NAME="localhost")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        status = client.get(address).status_code
    if status != 200:
        sys.exit(f"{address} answers {status}")
    return len(asked)


if __name__ == "__main__":
    setup_test_environment(debug=False)
    print(json.dumps({address: statements(address) for address in sys.argv[1:]}))
