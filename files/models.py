"""What people send. For now: photos of carers. Evidence and attachments come with their rooms."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.urls import reverse

SIZES = (112, 224, 448)  # side in CSS pixels of each rendition of a square photo
EXTENSIONS = ("webp", "jpg")
FOLDER = "photos"  # in the storage


@dataclass(frozen=True)
class Rendition:
    """What a `<picture>` needs to show a photo at `side` CSS pixels on screens of every density."""

    side: int
    src: str
    webp: str
    jpeg: str


class Photo(models.Model):
    """A carer's photo: square, re-encoded without metadata, three renditions in WebP and JPEG each.

    The upload itself is not kept. `token` is in every address of it and cannot be guessed.
    """

    token = models.CharField(max_length=32, unique=True, editable=False)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Photo {self.pk}"

    def url(self, size: int, extension: str) -> str:
        """Where the public sees it, while the listing it belongs to is public."""
        return reverse("photo", kwargs={"token": self.token, "size": size, "extension": extension})

    def at(self, side: int) -> Rendition:
        return Rendition(
            side=side,
            src=self.url(next((size for size in SIZES if size >= side), SIZES[-1]), "jpg"),
            webp=self._by_density(side, "webp"),
            jpeg=self._by_density(side, "jpg"),
        )

    def _by_density(self, side: int, extension: str) -> str:
        sizes = [size for size in SIZES if size >= side] or SIZES[-1:]
        return ", ".join(f"{self.url(size, extension)} {size / side:g}x" for size in sizes)

    def path(self, size: int, extension: str) -> str:
        """Where a rendition lies in the storage."""
        return f"{FOLDER}/{self.token}-{size}.{extension}"

    def paths(self) -> Iterator[str]:
        return (self.path(size, extension) for size in SIZES for extension in EXTENSIONS)
