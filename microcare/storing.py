"""Where files lie: on this machine, or in a bucket that speaks S3. The settings read it, before Django is ready."""

from pathlib import Path
from typing import Any, NamedTuple


class Bucket(NamedTuple):
    """How it is reached; without a name there is none."""

    name: str
    endpoint: str
    region: str
    key: str
    secret: str


def storages(folder: Path, bucket: Bucket, *, hashed: bool) -> dict[str, Any]:
    """Photos for everybody, private files, and our own static files, in production under the hash of what they hold."""
    return {
        "default": on_s3(bucket, "media")
        if bucket.name
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "private": on_s3(bucket, "private") if bucket.name else on_this_machine(folder / "private"),
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if hashed
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }


def on_this_machine(folder: Path) -> dict[str, Any]:
    options = {"location": folder, "allow_overwrite": True}
    private = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options | private}


def on_s3(bucket: Bucket, folder: str) -> dict[str, Any]:
    """A folder of the bucket, reached by us alone: what people see comes through our own addresses, which record it."""
    from botocore.config import Config  # noqa: PLC0415 (slow, and only needed with a bucket)

    # A storage that hangs must not hold up whoever sends a file: it is kept aside in the spool.
    timeouts = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2}, signature_version="s3v4")
    options = {
        "bucket_name": bucket.name,
        "endpoint_url": bucket.endpoint or None,
        "region_name": bucket.region or None,
        "access_key": bucket.key or None,
        "secret_key": bucket.secret or None,
        "client_config": timeouts,
        "default_acl": "private",
        "file_overwrite": True,
        "location": folder,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
