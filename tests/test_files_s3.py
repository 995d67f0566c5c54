"""The same way from sent to gone, and photos, on a real S3 API."""

import io
import logging
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image

from files import photos, private, storage
from files.jobs import scan_files, sweep_photos
from files.private import accept_file, purge
from files.quarantine import settle
from files.views import serve_private
from microcare.storing import Bucket, storages
from tests.papers import paper

pytestmark = pytest.mark.django_db
BY = "job:tests"


class Server:
    """moto's S3, which can be away for a while at the same address."""

    def __init__(self):
        self.port = 0
        self.start()

    def start(self):
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()
        _, self.port = self.server.get_host_and_port()

    def stop(self):
        self.server.stop()


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def bucket(server, settings):
    """Settings as they are with a bucket, and the bucket."""
    tests = Bucket("microcare-tests", f"http://127.0.0.1:{server.port}", "eu-west-2", key="tests", secret="tests")
    settings.STORAGES = storages(settings.VAR_DIR, tests, hashed=False)
    resource = storage.private().connection
    made = resource.create_bucket(
        Bucket="microcare-tests", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    yield made
    made.objects.all().delete()
    made.delete()


@pytest.fixture
def carys(django_user_model):
    return django_user_model.objects.create_user("carys@example.org")


def keys(bucket):
    return [stored.key for stored in bucket.objects.all()]


def look(file, user):
    request = RequestFactory().get("/")
    request.user = user
    return serve_private(request, file, role="owner")


def test_from_sent_to_gone(bucket, carys, django_capture_on_commit_callbacks):
    file = accept_file(paper(), by=carys, purpose="evidence")
    assert keys(bucket) == [f"private/{file.path}"]
    with pytest.raises(Http404):
        look(file, carys)
    assert settle(file.pk)
    assert look(file, carys).content.startswith(b"%PDF")
    with django_capture_on_commit_callbacks(execute=True):
        purge(file, by=BY)
    assert keys(bucket) == []
    with pytest.raises(Http404):
        look(file, carys)


def test_a_row_whose_bytes_are_missing_is_not_there(bucket, carys):
    file = accept_file(paper(), by=carys, purpose="evidence")
    settle(file.pk)
    storage.remove(file)
    with pytest.raises(Http404):
        look(file, carys)


def test_nobody_reads_the_bucket_without_its_keys(bucket, carys):
    file = accept_file(paper(), by=carys, purpose="evidence")
    grants = bucket.Object(f"private/{file.path}").Acl().grants
    assert not [grant for grant in grants if grant["Grantee"]["Type"] == "Group"]


def test_bytes_whose_row_never_came_go_a_day_later(bucket):
    kept = accept_file(paper(), by=BY, purpose="evidence")
    bucket.put_object(Key=f"private/files/{'a' * 32}", Body=b"lost")
    assert private.sweep() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert [private.sweep(), private.sweep()] == [1, 0]
    assert keys(bucket) == [f"private/{kept.path}"]


def test_where_no_file_ever_was_there_is_nothing_to_sweep(bucket):
    assert private.sweep() == 0
    assert sweep_photos() == 0


def test_photos_lie_there_too(bucket):
    picture = io.BytesIO()
    Image.new("RGB", (400, 300)).save(picture, "PNG")
    photo = photos.accept_photo(picture, by=BY)
    assert sorted(keys(bucket)) == sorted(f"media/{path}" for path in photo.paths())
    bucket.put_object(Key=f"media/photos/{'a' * 32}-112.jpg", Body=b"lost")
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert sweep_photos() == 1
    with default_storage.open(photo.path(112, "webp")) as file:
        assert Image.open(file).size == (112, 112)


def test_while_the_bucket_is_away_a_file_is_kept_aside_and_moved_over_later(bucket, server, carys):
    server.stop()
    file = accept_file(paper(), by=carys, purpose="evidence")
    assert file.kept_aside
    assert scan_files() == 0
    server.start()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert scan_files() == 1
        assert look(file, carys).content.startswith(b"%PDF")
    assert keys(bucket) == [f"private/{file.path}"]


def test_without_a_bucket_nothing_of_amazons_is_imported():
    program = "import django, sys; django.setup(); import microcare.urls; print('boto3' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
