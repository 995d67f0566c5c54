"""What may become a private file: every bad file is refused with a sentence, and what is kept is written anew."""

import io
import os
import random
import struct
import subprocess
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from django.core.files import File
from django.utils import translation
from PIL import Image, PngImagePlugin

from files import checks, images, pdfs, uploads
from files.checks import FileRefused, checked, cleaned
from tests.papers import new_pdf, paper, photo, saved, sent
from tests.test_photos import png_that_claims

NAME, DICT, ARRAY = pikepdf.Name, pikepdf.Dictionary, pikepdf.Array


def refusal(upload):
    with pytest.raises(FileRefused) as refused:
        checked(upload)
    return str(refused.value)


def reopened(kept):
    return pikepdf.open(io.BytesIO(kept.data))


def test_a_pdf_is_written_anew_with_its_pages_and_without_who_made_it():
    pdf = new_pdf(3)
    pdf.docinfo["/Author"] = "Ann Invented"
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["Ann Invented"]
    pdf.pages[0].PieceInfo = DICT(Secret=DICT(Private=pikepdf.String("Ann Invented")))
    kept = checked(saved(pdf))
    assert (kept.kind, kept.content_type, kept.pages, kept.name) == ("pdf", "application/pdf", 3, "certificate.pdf")
    again = reopened(kept)
    assert len(again.pages) == 3
    assert "/Info" not in again.trailer
    assert "/Metadata" not in again.Root
    assert "/PieceInfo" not in again.pages[0]


def test_the_same_pdf_twice_is_the_same_bytes():
    data = saved(new_pdf()).read()
    assert checked(sent("one.pdf", data)).data == checked(sent("two.pdf", data)).data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_jpeg_whose_name_says_so(form):
    kept = checked(photo(form=form, name="My certificate.HEIC"))
    assert (kept.kind, kept.content_type, kept.pages, kept.name) == ("image", "image/jpeg", 1, "My certificate.jpg")
    assert Image.open(io.BytesIO(kept.data)).format == "JPEG"


def test_a_phones_heic_is_taken():
    heic = (Path(__file__).parent / "data" / "portrait.heic").read_bytes()
    assert checked(sent("IMG_1.HEIC", heic)).content_type == "image/jpeg"


def test_a_photo_is_turned_upright_and_says_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    kept = Image.open(io.BytesIO(checked(photo((800, 600), exif=exif)).data))
    assert kept.size == (600, 800)
    assert not kept.getexif()


def test_a_large_photo_is_made_smaller_and_stays_readable():
    kept = Image.open(io.BytesIO(checked(photo((6000, 4000))).data))
    assert kept.size == (3000, 2000)


def test_the_longest_thin_picture_is_taken():
    kept = Image.open(io.BytesIO(checked(photo((60_000, 2), "PNG")).data))
    assert kept.size == (3000, 1)


def test_text_in_a_png_is_gone():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    assert b"<script>" not in checked(photo(form="PNG", pnginfo=text)).data


# --- not what they say ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"MZ" + bytes(400),
        b"\x7fELF" + bytes(400),
        b"PK\x03\x04" + bytes(400),
        b"GIF89a" + bytes(400),
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"just words",
    ],
)
def test_a_file_is_judged_by_what_it_holds_and_not_by_its_name(data):
    assert refusal(sent("insurance.pdf", data)).startswith("The file must be a PDF or a photo")


def test_an_empty_file_is_refused():
    assert refusal(sent("insurance.pdf", b"")) == "The file is empty. Choose the file again"


def test_a_program_before_or_behind_a_pdf_does_not_come_along():
    whole = paper().read()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.exe", b"MZ" + bytes(100))
    assert b"run.exe" not in checked(sent("a.pdf", whole + packed.getvalue())).data
    assert refusal(sent("a.pdf", b"MZ" + bytes(62) + whole)).startswith("The file must be a PDF or a photo")


def test_a_page_hidden_behind_a_photo_is_gone():
    assert b"<script>" not in checked(sent("a.jpg", photo().read() + b"<script>alert(1)</script>")).data


# --- too much ---------------------------------------------------------------------------------------------


def test_two_hundred_megabytes_are_refused_without_reading_them(tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7")
    os.truncate(path, 200 * 1024 * 1024)
    tracemalloc.start()
    with path.open("rb") as sparse:
        assert refusal(File(sparse)).startswith("The file must be smaller than 15 MB")
    assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    tracemalloc.stop()


def test_where_nobody_says_how_large_it_is_no_more_is_read_than_the_bound():
    class Endless(io.RawIOBase):
        taken = 0

        def seek(self, place, whence=0):
            return 0

        def read(self, size=-1):
            assert 0 < size <= uploads.LARGEST_FILE + 1
            Endless.taken += size
            return b"%PDF" + bytes(size - 4)

    assert refusal(Endless()).startswith("The file must be smaller than 15 MB")
    assert Endless.taken == uploads.LARGEST_FILE + 1


def test_a_sixty_megapixel_photo_is_refused():
    assert "fewer than 40 million pixels" in refusal(photo((10_000, 6_000), "PNG"))


@pytest.mark.parametrize("side", [6325, 20_000, 100_000])
def test_a_picture_that_claims_too_many_pixels_is_refused_before_it_is_decoded(side):
    assert "fewer than 40 million pixels" in refusal(sent("bomb.png", png_that_claims(side, side)))


def test_fifty_pages_are_the_most():
    assert checked(paper(50)).pages == 50
    assert refusal(paper(51)).startswith("The PDF must have no more than 50 pages")


def test_a_pdf_without_a_page_is_refused():
    assert "damaged" in refusal(saved(new_pdf(0)))


def packed(megabytes):
    """So many megabytes of zeros in a thousandth of their size."""
    squeeze = zlib.compressobj(9, wbits=-15)
    piece = squeeze.compress(bytes(1024 * 1024)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 1024 * 1024 % 65521) << 16 | 1
    return b"\x78\xda" + piece * megabytes + squeeze.flush() + struct.pack(">I", checksum)


def bomb(data, *filters, times=1):
    pdf = new_pdf()
    streams = {f"/Im{number}": pikepdf.Stream(pdf, b"") for number in range(times)}
    for stream in streams.values():
        stream.write(data, filter=ARRAY(filters))
    pdf.pages[0].Resources = DICT(XObject=DICT(streams))
    return saved(pdf)


def test_a_stream_that_unpacks_to_something_ordinary_is_taken():
    assert checked(bomb(packed(20), NAME.FlateDecode)).pages == 1


@pytest.mark.parametrize(
    ("megabytes", "times", "filters"),
    [
        (101, 11, [NAME.FlateDecode]),  # together over the bound
        (700, 1, [NAME.FlateDecode]),  # over the process's memory
        (330, 4, [NAME.FlateDecode, NAME.DCTDecode]),
    ],
)
def test_a_pdf_that_unpacks_to_gigabytes_is_refused(megabytes, times, filters):
    upload = bomb(packed(megabytes), *filters, times=times)
    assert upload.size < uploads.LARGEST_FILE
    assert refusal(upload).startswith("The PDF is too large once it is unpacked")


def test_a_bomb_inside_a_bomb_is_refused():
    twice = zlib.compress(packed(700), 9)
    assert len(twice) < 100_000
    assert refusal(bomb(twice, NAME.FlateDecode, NAME.FlateDecode)).startswith(
        "The PDF is too large once it is unpacked"
    )


def test_a_table_of_objects_that_unpacks_to_gigabytes_ends_its_own_process_alone():
    """The library unpacks an object stream while it opens the file, before anything of ours can look."""
    data = packed(2000)
    head = b"%PDF-1.5\n"
    bomb = b"1 0 obj<</Type/XRef/W[1 2 1]/Size 4/Root 2 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(data)
    whole = head + bomb + data + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(head)
    assert refusal(sent("a.pdf", whole)).startswith("The PDF")


def test_a_picture_of_many_pixels_inside_a_pdf_is_refused():
    pdf = new_pdf()
    image = pikepdf.Stream(pdf, b"x", Type=NAME.XObject, Subtype=NAME.Image, Width=20_000, Height=20_000)
    image.ColorSpace, image.BitsPerComponent, image.Filter = NAME.DeviceGray, 1, NAME.CCITTFaxDecode
    pdf.pages[0].Resources = DICT(XObject=DICT(Im0=image))
    assert refusal(saved(pdf)).startswith("The PDF is too large once it is unpacked")


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch):
    def hang(*args):
        raise subprocess.TimeoutExpired("python", 1)

    monkeypatch.setattr(checks, "_run", hang)
    assert refusal(paper()).startswith("The PDF is too large once it is unpacked")


# --- what acts --------------------------------------------------------------------------------------------


def script():
    return DICT(S=NAME.JavaScript, JS=pikepdf.String("app.alert(1)"))


def script_at_opening(pdf):
    pdf.Root.OpenAction = script()


def script_among_the_names(pdf):
    pdf.Root.Names = DICT(JavaScript=DICT(Names=ARRAY([pikepdf.String("a"), script()])))


def script_behind_a_link(pdf):
    link = DICT(Type=NAME.Annot, Subtype=NAME.Link, Rect=ARRAY([0, 0, 9, 9]), A=script())
    pdf.pages[0].Annots = ARRAY([link])


def script_after_a_harmless_step(pdf):
    pdf.Root.OpenAction = DICT(S=NAME.GoTo, D=ARRAY([pdf.pages[0].obj, NAME.Fit]), Next=script())


def program_started(pdf):
    link = DICT(Type=NAME.Annot, Subtype=NAME.Link, Rect=ARRAY([0, 0, 9, 9]), A=DICT(S=NAME.Launch, F="calc.exe"))
    pdf.pages[0].Annots = ARRAY([link])


def action_of_a_page(pdf):
    pdf.pages[0].AA = DICT(O=DICT(S=NAME.URI, URI="https://example.org/"))


def form_that_is_sent(pdf):
    pdf.Root.OpenAction = DICT(S=NAME.SubmitForm, F="https://example.org/")


def attached_file(pdf):
    pdf.attachments["tax.xlsx"] = pikepdf.AttachedFileSpec(pdf, b"PK\x03\x04", filename="tax.xlsx")


def attached_to_a_page(pdf):
    file = DICT(Type=NAME.Annot, Subtype=NAME.FileAttachment, Rect=ARRAY([0, 0, 9, 9]))
    pdf.pages[0].Annots = ARRAY([file])


def film(pdf):
    pdf.pages[0].Annots = ARRAY([DICT(Type=NAME.Annot, Subtype=NAME.RichMedia, Rect=ARRAY([0, 0, 9, 9]))])


def xfa_form(pdf):
    pdf.Root.AcroForm = DICT(XFA=pikepdf.String("<xdp/>"), Fields=ARRAY([]))


@pytest.mark.parametrize(
    "make",
    [
        script_at_opening, script_among_the_names, script_behind_a_link, script_after_a_harmless_step, program_started,
        action_of_a_page, form_that_is_sent, attached_file, attached_to_a_page, film, xfa_form,
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed_away", [True, False])
def test_a_pdf_that_would_act_is_refused(make, packed_away):
    pdf = new_pdf()
    make(pdf)
    mode = pikepdf.ObjectStreamMode.generate if packed_away else pikepdf.ObjectStreamMode.disable
    assert refusal(saved(pdf, object_stream_mode=mode)).startswith("The PDF holds scripts, media or attached files")


def test_where_a_pdf_opens_is_no_action_and_is_dropped():
    pdf = new_pdf()
    pdf.Root.OpenAction = ARRAY([pdf.pages[0].obj, NAME.Fit])
    assert "/OpenAction" not in reopened(checked(saved(pdf))).Root


def test_an_ordinary_link_stays():
    pdf = new_pdf()
    action = DICT(S=NAME.URI, URI="https://example.org/")
    pdf.pages[0].Annots = ARRAY([DICT(Type=NAME.Annot, Subtype=NAME.Link, Rect=ARRAY([0, 0, 9, 9]), A=action)])
    with reopened(checked(saved(pdf))) as again:
        assert len(again.pages[0].Annots) == 1


@pytest.mark.parametrize("user", ["", "secret"])
def test_a_locked_pdf_is_refused_even_where_it_opens_without_the_password(user):
    locked = saved(new_pdf(), encryption=pikepdf.Encryption(owner="owner", user=user))
    assert refusal(locked).startswith("The PDF is locked with a password")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_pdf_cut_short_is_refused(share):
    whole = paper(5).read()
    assert "damaged" in refusal(sent("a.pdf", whole[: int(len(whole) * share)]))


def test_a_head_without_a_body_is_refused():
    assert "damaged" in refusal(sent("a.pdf", b"%PDF-1.7\n" + bytes(1000)))


def test_bytes_turned_at_random_are_taken_or_refused_but_never_break():
    chance, whole = random.Random(11), paper(3).read()
    for _ in range(60):
        turned = bytearray(whole)
        for _ in range(6):
            turned[chance.randrange(8, len(turned))] = chance.randrange(256)
        try:
            with pikepdf.open(io.BytesIO(pdfs.rewritten(bytes(turned))[0])) as again:
                assert len(again.pages) <= 3
        except (pdfs.Unusable, pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError):
            pass  # `main` says "damaged" of each


# --- names and words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("certificate.pdf", "certificate.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\ann\scan.pdf", "scan.pdf"),
        ("fdp\u202efdp.exe", "fdpfdp.exe"),
        ("a\r\nX-Header: b.pdf", "aX-Header: b.pdf"),
        ("  two   words .pdf ", "two words .pdf"),
        ("tystysgrif-ŵyl.pdf", "tystysgrif-ŵyl.pdf"),
        ("...", ""),
    ],
)
def test_a_name_is_shown_without_what_could_mislead(given, shown):
    assert cleaned(given) == shown


def test_a_long_name_keeps_its_end_and_an_empty_one_gets_a_name():
    assert len(checked(paper(name="a" * 300 + ".pdf")).name) <= 100
    upload = paper()
    upload._name = ""
    assert checked(upload).name == "file.pdf"


def test_every_sentence_has_its_welsh():
    sentences = [*checks.OF_PDFS.values(), *checks.OF_PICTURES.values(), checks.EMPTY, checks.TOO_LARGE]
    english = [str(sentence) for sentence in sentences]
    with translation.override("cy"):
        assert not set(english) & {str(sentence) for sentence in sentences}


def test_every_reason_has_its_sentence():
    reasons = {pdfs.BROKEN, pdfs.LOCKED, pdfs.ACTIVE, pdfs.TOO_MANY_PAGES, pdfs.TOO_PACKED}
    assert reasons == checks.OF_PDFS.keys()
    assert set(images.Unusable.__subclasses__()) >= checks.OF_PICTURES.keys()
