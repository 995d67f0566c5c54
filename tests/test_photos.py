"""What a carer sends as a photo: what is taken, what is refused and with what sentence, what is kept."""

import contextlib
import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from PIL import Image, PngImagePlugin

from audit.models import AuditEvent
from audit.recording import NoActor
from directory import services
from directory.models import Listing
from files import photos
from files.jobs import sweep_photos
from files.models import SIZES, Photo
from files.photos import PhotoRefused, accept_photo, delete_photo
from tests.builders import TODAY, make_listing

pytestmark = pytest.mark.django_db
BY = "job:tests"
RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture
def listed(today):
    """The photo of a live listing."""
    return make_listing(photo=accept_photo(upload(picture()), by=BY)).photo


def picture(mode="RGB", size=(400, 300), colour=RED):
    return Image.new("RGB", size, colour).convert(mode)


def upload(image, form="JPEG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    file.seek(0)
    return file


def stored(photo, size=448, extension="jpg"):
    with default_storage.open(photo.path(size, extension)) as file:
        return Image.open(io.BytesIO(file.read()))


def stored_bytes(photo):
    whole = b""
    for path in photo.paths():
        with default_storage.open(path) as file:
            whole += file.read()
    return whole


def near(pixel, colour, within=12):
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))


def nothing_kept():
    files = default_storage.listdir("photos") if default_storage.exists("photos") else ([], [])
    return not Photo.objects.exists() and files == ([], [])


def refusal(file):
    with pytest.raises(PhotoRefused) as refused:
        accept_photo(file, by=BY)
    assert nothing_kept()
    return str(refused.value)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_three_squares_in_two_formats(form):
    photo = accept_photo(upload(picture(), form), by=BY)
    for size in SIZES:
        for extension, stored_form in (("webp", "WEBP"), ("jpg", "JPEG")):
            rendition = stored(photo, size, extension)
            assert (rendition.format, rendition.size, rendition.mode) == (stored_form, (size, size), "RGB")
            assert near(rendition.getpixel((size // 2, size // 2)), RED)


def test_a_phones_heic_is_taken_and_its_place_is_not():
    sent = (Path(__file__).parent / "data" / "portrait.heic").read_bytes()
    assert b"GPS PHONE MAKER" in sent
    photo = accept_photo(io.BytesIO(sent), by=BY)
    assert stored(photo).size == (448, 448)
    assert b"GPS PHONE MAKER" not in stored_bytes(photo)


def exif_with_place(orientation=1):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 42.0, 0.0), 3: "W", 4: (2.0, 54.0, 0.0)})
    return exif


def test_nothing_but_the_picture_is_kept():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET WORDS")
    for sent in (
        upload(picture(), "JPEG", exif=exif_with_place(), comment=b"SECRET WORDS", xmp=b"<x>SECRET XMP</x>"),
        upload(picture(), "PNG", pnginfo=text, exif=exif_with_place()),
        upload(picture(), "WEBP", exif=exif_with_place(), xmp=b"<x>SECRET XMP</x>"),
    ):
        assert b"SECRET" in sent.getvalue()
        photo = accept_photo(sent, by=BY)
        assert b"SECRET" not in stored_bytes(photo)
        for extension in ("webp", "jpg"):
            assert not stored(photo, extension=extension).getexif()
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(stored(photo, extension=extension).info)


def test_a_photo_taken_sideways_stands_upright():
    sideways = picture(size=(400, 400), colour=RED)
    sideways.paste(BLUE, (0, 0, 200, 400))  # blue on the left; orientation 6 turns the left to the top
    photo = accept_photo(upload(sideways, "JPEG", exif=exif_with_place(6)), by=BY)
    assert near(stored(photo).getpixel((224, 60)), BLUE)
    assert near(stored(photo).getpixel((224, 390)), RED)


def test_a_tall_photo_is_cropped_around_the_upper_part():
    tall = picture(size=(300, 900), colour=BLUE)
    tall.paste(RED, (0, 240, 300, 540))
    photo = accept_photo(upload(tall, "PNG"), by=BY)
    assert {near(stored(photo).getpixel((224, y)), RED) for y in (8, 224, 440)} == {True}


def test_print_colours_become_screen_colours():
    photo = accept_photo(upload(picture("CMYK"), "JPEG"), by=BY)
    assert near(stored(photo).getpixel((224, 224)), RED, within=20)


def test_sixteen_bits_of_grey_keep_their_grey():
    grey = Image.new("I;16", (300, 300), 0x8000)
    photo = accept_photo(upload(grey, "PNG"), by=BY)
    assert near(stored(photo).getpixel((224, 224)), (128, 128, 128))


def test_what_was_see_through_is_white():
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    clear.paste((*RED, 255), (0, 0, 150, 300))
    palette = Image.new("P", (300, 300), 0)
    palette.putpalette([0, 0, 0, *RED])
    palette.paste(1, (0, 0, 150, 300))
    for sent in (upload(clear, "PNG"), upload(palette, "PNG", transparency=0), upload(clear, "WEBP", lossless=True)):
        square = stored(accept_photo(sent, by=BY))
        assert near(square.getpixel((100, 224)), RED)
        assert near(square.getpixel((350, 224)), (255, 255, 255))


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_is_taken(form):
    moving = upload(picture(), form, save_all=True, append_images=[picture(colour=BLUE)], duration=100)
    assert near(stored(accept_photo(moving, by=BY)).getpixel((224, 224)), RED)


def test_a_wide_colour_profile_is_turned_into_plain_colours_and_a_broken_one_ignored():
    from PIL import ImageCms

    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (plain, b"not a profile" * 20):
        photo = accept_photo(upload(picture(), "JPEG", icc_profile=profile), by=BY)
        assert near(stored(photo).getpixel((224, 224)), RED)
        assert "icc_profile" not in stored(photo).info


def test_a_page_hidden_behind_a_photo_is_gone():
    sent = upload(picture())
    sent.seek(0, io.SEEK_END)
    sent.write(b"<html><script>alert(1)</script></html>PK\x03\x04")
    assert b"<script>" not in stored_bytes(accept_photo(sent, by=BY))


@pytest.mark.parametrize(
    "data",
    [
        b"<html><img src=x></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%PDF-1.7 something",
        b"MZ" + bytes(200),
        b"just words",
        b"GIF89a" + bytes(100),
    ],
)
def test_what_is_not_a_photo_is_refused_whatever_its_name(data):
    assert refusal(io.BytesIO(data)) == "The file must be a photo: a JPEG, PNG, WebP or HEIC file"


def test_a_gif_and_a_tiff_are_not_opened():
    for form in ("GIF", "TIFF", "BMP"):
        assert refusal(upload(picture(), form)).startswith("The file must be a photo")


def test_an_empty_file_is_refused():
    assert refusal(io.BytesIO()) == "The file is empty. Choose the photo again"


def test_ten_megabytes_are_the_most():
    sent = upload(picture())
    sent.seek(0, io.SEEK_END)
    sent.write(bytes(photos.LARGEST_BYTES - sent.tell()))
    assert accept_photo(sent, by=BY).pk
    Photo.objects.all().delete()
    sent.seek(0, io.SEEK_END)
    sent.write(b"\x00")
    with pytest.raises(PhotoRefused, match="smaller than 10 MB"):
        accept_photo(sent, by=BY)


def png_that_claims(wide, high):
    """A PNG whose head promises many pixels and whose body has almost none."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [6325, 8000, 20_000, 100_000])  # just over; Pillow warns; Pillow refuses; absurd
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(side):
    assert "fewer than 40 million pixels" in refusal(io.BytesIO(png_that_claims(side, side)))


def test_where_a_warning_is_an_error_the_sentence_is_the_same():
    assert "fewer than 40 million pixels" in refusal(io.BytesIO(png_that_claims(8000, 8000)))


@pytest.mark.parametrize("size", [(223, 400), (400, 223), (1, 1)])
def test_a_tiny_picture_is_refused(size):
    assert "at least 224 pixels wide" in refusal(upload(picture(size=size), "PNG"))


def test_the_smallest_picture_allowed_is_taken():
    assert stored(accept_photo(upload(picture(size=(224, 224))), by=BY)).size == (448, 448)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_file_cut_short_is_refused_whatever_another_library_allows(form, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    noisy = Image.effect_noise((400, 300), 80).convert("RGB")
    whole = upload(noisy, form).getvalue()
    for share in (0.02, 0.3, 0.9):
        assert "missing or damaged" in refusal(io.BytesIO(whole[: int(len(whole) * share)]))


def test_a_cut_heic_and_one_with_rubbish_inside_are_refused():
    whole = (Path(__file__).parent / "data" / "portrait.heic").read_bytes()
    assert "missing or damaged" in refusal(io.BytesIO(whole[: len(whole) // 2]))
    assert "missing or damaged" in refusal(io.BytesIO(whole[:40] + bytes(len(whole))))


def test_bytes_turned_at_random_are_taken_or_refused_but_never_break():
    import random

    chance = random.Random(7)
    whole = bytearray(upload(Image.effect_noise((240, 240), 60).convert("RGB"), "PNG").getvalue())
    for _ in range(40):
        turned = bytearray(whole)
        for _ in range(8):
            turned[chance.randrange(len(turned))] = chance.randrange(256)
        with contextlib.suppress(PhotoRefused):
            photos.draw_anew(bytes(turned))


@pytest.mark.parametrize("by", [None, "", "somebody"])
def test_somebody_must_send_it_and_remove_it(by):
    with pytest.raises(NoActor):
        accept_photo(upload(picture()), by=by)
    assert nothing_kept()
    photo = accept_photo(upload(picture()), by=BY)
    with pytest.raises(NoActor):
        delete_photo(photo, by=by)
    assert Photo.objects.exists()


def test_coming_and_going_are_recorded_once_with_who_did_it(django_user_model):
    bryn = django_user_model.objects.create_user("bryn@example.org")
    photo = accept_photo(upload(picture()), by=bryn)
    pk = photo.pk
    delete_photo(photo, by=BY)
    delete_photo(photo, by=BY)
    events = AuditEvent.objects.filter(target="files.photo", target_id=str(pk)).order_by("pk")
    assert list(events.values_list("event", "actor", "actor_id")) == [
        ("photo.accepted", "user", bryn.pk),
        ("photo.deleted", BY, None),
    ]


def test_when_the_record_fails_no_photo_is_kept(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the audit is down")

    monkeypatch.setattr(photos, "record", fail)
    with pytest.raises(RuntimeError):
        accept_photo(upload(picture()), by=BY)
    assert nothing_kept()


@pytest.mark.django_db(transaction=True)
def test_files_of_a_photo_taken_back_are_swept_a_day_later():
    kept = accept_photo(upload(picture()), by=BY)
    with pytest.raises(RuntimeError), transaction.atomic():
        taken_back = accept_photo(upload(picture()), by=BY)
        raise RuntimeError
    default_storage.save("photos/README.txt", ContentFile(b"not ours"))
    assert sweep_photos() == 0, "it could still be on its way"
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert [sweep_photos(), sweep_photos()] == [6, 0]
    assert not any(default_storage.exists(path) for path in taken_back.paths())
    assert all(default_storage.exists(path) for path in [*kept.paths(), "photos/README.txt"])


def test_where_no_photo_ever_was_there_is_nothing_to_sweep():
    assert sweep_photos() == 0


def test_two_sweeps_at_once_do_not_break(monkeypatch):
    default_storage.save(Photo(token="a" * 32).path(112, "jpg"), ContentFile(b"lost"))

    def gone(self, name):
        raise FileNotFoundError(name)

    monkeypatch.setattr(FileSystemStorage, "get_modified_time", gone)
    assert sweep_photos() == 0


def test_when_the_row_cannot_be_written_no_file_is_left(monkeypatch):
    def fail(*args, **kwargs):
        raise IntegrityError("no")

    monkeypatch.setattr(Photo, "save", fail)
    with pytest.raises(IntegrityError):
        accept_photo(upload(picture()), by=BY)
    assert nothing_kept()


def test_a_deleted_photo_takes_its_files_with_it(client, listed, django_capture_on_commit_callbacks):
    photo = listed
    address = photo.url(112, "webp")
    with django_capture_on_commit_callbacks(execute=True):
        delete_photo(photo, by=BY)
    assert nothing_kept()
    assert client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_deletion_taken_back_keeps_the_files():
    photo = accept_photo(upload(picture()), by=BY)
    with pytest.raises(RuntimeError), transaction.atomic():
        delete_photo(photo, by=BY)
        raise RuntimeError
    assert Photo.objects.exists()
    assert all(default_storage.exists(path) for path in photo.paths())


@pytest.mark.parametrize(("extension", "content_type"), [("webp", "image/webp"), ("jpg", "image/jpeg")])
def test_anybody_sees_the_photo_of_a_live_listing(client, listed, extension, content_type):
    answer = client.get(listed.url(224, extension))
    assert answer.status_code == 200
    assert answer["Content-Type"] == content_type
    assert Image.open(io.BytesIO(answer.content)).size == (224, 224)
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


def test_a_browser_that_has_it_is_not_sent_it_again(client, listed):
    address = listed.url(112, "jpg")
    first = client.get(address)
    for held in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(address, headers=held)
        assert (again.status_code, again.content) == (304, b"")


def test_of_a_photo_that_is_gone_nothing_is_answered(client, listed):
    photo = listed
    default_storage.delete(photo.path(112, "jpg"))
    etag = client.get(photo.url(224, "jpg"))["ETag"]
    assert client.get(photo.url(112, "jpg")).status_code == 404
    Photo.objects.all().delete()
    assert client.get(photo.url(224, "jpg"), headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize("end", ["-113.jpg", "-112.png", "-112.jpg/", "-112.jpg%0A", "", "-.jpg", "-448.webp.html"])
def test_only_the_six_renditions_have_addresses(client, listed, end):
    assert client.get(f"/photos/{listed.token}{end}").status_code == 404


@pytest.mark.parametrize("token", ["../../../etc/passwd", "0" * 32, "A" * 32])
def test_a_guessed_or_crooked_token_finds_nothing(client, token):
    assert client.get(f"/photos/{token}-112.jpg").status_code == 404


def test_a_photo_is_only_ever_read(client, listed):
    address = listed.url(112, "jpg")
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_no_two_photos_share_an_address_and_none_tells_its_number():
    first, second = (accept_photo(upload(picture()), by=BY) for _ in range(2))
    assert first.token != second.token
    assert len(first.token) == 32


def test_the_picture_element_offers_both_formats_by_density_and_its_size():
    photo = accept_photo(upload(picture()), by=BY)
    html = BeautifulSoup(
        render_to_string("files/_photo.html", {"photo": photo, "size": 112, "alt": 'Bryn "B" Lewis'}), "html.parser"
    )
    image, source = html.find("img"), html.find("source")
    assert (image["width"], image["height"], image["loading"], image["alt"]) == ("112", "112", "lazy", 'Bryn "B" Lewis')
    assert image["src"] == photo.url(112, "jpg")
    assert source["type"] == "image/webp"
    expected = f"{photo.url(112, 'webp')} 1x, {photo.url(224, 'webp')} 2x, {photo.url(448, 'webp')} 4x"
    assert source["srcset"] == expected


def test_a_photo_at_the_top_of_a_page_does_not_wait_and_a_name_beside_it_needs_no_words():
    photo = accept_photo(upload(picture()), by=BY)
    html = render_to_string("files/_photo.html", {"photo": photo, "size": 176, "eager": True})
    image = BeautifulSoup(html, "html.parser").find("img")
    assert "loading" not in image.attrs
    assert image["alt"] == ""
    assert image["src"] == photo.url(224, "jpg")


def test_the_team_can_look_at_photos_and_change_none(admin_client):
    photo = accept_photo(upload(picture()), by=BY)
    page = BeautifulSoup(admin_client.get("/admin/files/photo/").content, "html.parser")
    answer = admin_client.get(page.select_one("#result_list img")["src"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "private" in answer["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]
    assert admin_client.get("/admin/files/photo/add/").status_code == 403
    assert admin_client.get(f"/admin/files/photo/{photo.pk}/delete/").status_code == 403


@pytest.mark.parametrize(("permissions", "status"), [([], 403), (["view_photo"], 200)])
def test_in_the_admin_a_photo_is_seen_by_whoever_may(client, django_user_model, permissions, status):
    photo = accept_photo(upload(picture()), by=BY)
    address = f"/admin/files/photo/{photo.token}-112.jpg"
    assert client.get(address).status_code == 302
    user = django_user_model.objects.create_user("team@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    assert client.get(address).status_code == status


# --- only with the listing -------------------------------------------------------------------------------

HIDDEN = {
    "suspended": lambda listing: services.suspend(listing, by=BY),
    "paused": lambda listing: services.pause(listing, by=BY, until=TODAY + timedelta(days=1), on=TODAY),
    "lapsed": lambda listing: services.set_checked(listing, by=BY, stretch=None, services={}, checks=[]),
    "ended": lambda listing: services.end(listing, by=BY),
    "with another photo": lambda listing: services.change_listing(listing, by=BY, photo=None),
}


@pytest.mark.parametrize("hide", HIDDEN)
def test_a_face_goes_with_its_listing_even_for_who_kept_the_address(client, listed, hide):
    address, token, nobody = listed.url(112, "webp"), listed.token, "0" * 32
    held = {"If-None-Match": client.get(address)["ETag"]}
    HIDDEN[hide](listed.listing)
    assert client.get(address).status_code == client.get(address, headers=held).status_code == 404
    hidden, unknown = client.get(address).content, client.get(address.replace(token, nobody)).content
    assert hidden.replace(token.encode(), nobody.encode()) == unknown


def test_a_lapse_hides_the_photo_on_the_day_after_the_last(client, listed):
    last = Listing.objects.get().checked_until
    for days, status in ((0, 200), (1, 404)):
        with time_machine.travel(f"{last + timedelta(days=days)}T12:00:00Z"):
            assert client.get(listed.url(112, "jpg")).status_code == status


@pytest.mark.parametrize("facts", [{"published": False}, {}])
def test_a_photo_nobody_published_is_not_public(client, today, facts):
    photo = accept_photo(upload(picture()), by=BY)
    make_listing(**facts, photo=photo if facts else None)
    assert client.get(photo.url(112, "jpg")).status_code == 404


def test_when_a_listing_ends_its_photo_is_deleted(listed, django_capture_on_commit_callbacks):
    listing = listed.listing
    with django_capture_on_commit_callbacks(execute=True):
        services.end(listing, by=BY)
    assert nothing_kept()
    assert listing.photo is None
    assert AuditEvent.objects.filter(event="photo.deleted").count() == 1


def test_a_photo_is_one_statement_and_the_same_address_in_every_language(client, listed, django_assert_num_queries):
    with translation.override("cy"):
        address = listed.url(112, "jpg")
    assert address == f"/photos/{listed.token}-112.jpg"
    with django_assert_num_queries(1):
        client.get(address)


def test_the_sentence_is_in_the_readers_language_when_it_is_shown():
    with pytest.raises(PhotoRefused) as refused:
        accept_photo(io.BytesIO(), by=BY)
    with translation.override("en"):
        assert str(refused.value) == "The file is empty. Choose the photo again"
    assert refused.value.args[0] is photos.EMPTY
