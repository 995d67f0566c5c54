"""Files as people send them, good and bad ones."""

import io

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

# The test that every virus scanner knows, in two parts, so that no scanner takes this file away.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def new_pdf(pages=1):
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    return pdf


def saved(pdf, name="certificate.pdf", **options):
    out = io.BytesIO()
    pdf.save(out, **options)
    return sent(name, out.getvalue())


def sent(name, data):
    return SimpleUploadedFile(name, data)


def paper(pages=1, name="certificate.pdf"):
    """The same bytes each time: without that, a PDF's /ID is made of the clock."""
    return saved(new_pdf(pages), name, deterministic_id=True)


def photo(size=(600, 800), form="JPEG", name="IMG_0042.jpg", **options):
    out = io.BytesIO()
    Image.new("RGB", size, "ivory").save(out, form, **options)
    return sent(name, out.getvalue())


def infected():
    """A sound PDF, whose page holds EICAR."""
    pdf = new_pdf()
    pdf.pages[0].Contents = pdf.make_stream(EICAR)
    return saved(pdf)
