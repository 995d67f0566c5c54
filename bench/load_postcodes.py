"""Loads the whole of Great Britain with `manage.py load_postcodes` and prints seconds and memory:
`python bench/load_postcodes.py [FOLDER]`, on the database of the environment (DATABASE_URL, else SQLite).

Replaces the postcodes of that database. Fails above 90 seconds or 400 MB.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from codepoint_gb import write  # type: ignore[import-not-found]  # this file is run as a script

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
SECONDS, MEGABYTES = 90, 400


def measure(folder: Path) -> None:
    subprocess.run([sys.executable, MANAGE, "migrate", "--verbosity=0"], check=True)
    start = time.perf_counter()
    subprocess.run([sys.executable, MANAGE, "load_postcodes", folder], check=True)
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    print(f"{database}: {seconds:.1f} s, {megabytes:.0f} MB at most")
    if seconds > SECONDS or megabytes > MEGABYTES:
        sys.exit(f"more than {SECONDS} s or {MEGABYTES} MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{write(Path(folder)):,} rows written")
            measure(Path(folder))
