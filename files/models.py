"""What people send: photos of carers, and private files (evidence, attachments), which rooms above relate to."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

SIZES = (112, 224, 448)  # side in CSS pixels of each rendition of a square photo
EXTENSIONS = ("webp", "jpg")
FOLDER = "photos"  # in the storage
PRIVATE_FOLDER = "files"  # in the private storage


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


def new_token() -> str:
    return secrets.token_hex(16)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def clean(self) -> "StoredFileQuerySet":
        """Those that somebody may open."""
        return self.filter(clean_at__isnull=False, purged_at__isnull=True)

    def quarantined(self) -> "StoredFileQuerySet":
        return self.filter(clean_at__isnull=True, infected_at__isnull=True, purged_at__isnull=True)

    def lying_about(self) -> "StoredFileQuerySet":
        """Those nobody may ever open again, whose bytes are not gone yet."""
        closed = Q(purged_at__isnull=False) | Q(infected_at__isnull=False)
        return self.filter(closed, removed_at__isnull=True)


class StoredFile(models.Model):
    """A private file: a PDF written anew, or a picture drawn anew. The room above that relates to it knows whose it is.

    It has no address of its own. Its bytes lie in the private storage, or, while that is down, in this machine's spool.
    The row stays when the bytes go; its state is what happened to it.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        IMAGE = "image", "Picture"

    token = models.CharField(max_length=32, unique=True, editable=False, default=new_token)
    name = models.CharField(max_length=100, blank=True, help_text="As its sender called it; shown, never a path.")
    kind = models.CharField(max_length=10, choices=Kind)
    content_type = models.CharField(max_length=40)
    bytes = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64, help_text="Of the bytes kept; the same upload gives the same.")
    purpose = models.CharField(max_length=40, help_text="What for, as a code of the room above: “evidence”.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)

    stored_at = models.DateTimeField(null=True, blank=True, help_text="Empty: in the spool, for the storage was down.")
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="Empty in a clean one: no scanner was set.")
    clean_at = models.DateTimeField(null=True, blank=True)
    infected_at = models.DateTimeField(null=True, blank=True)
    found = models.CharField(max_length=100, blank=True, help_text="What the scanner called it.")
    purge_on = models.DateField(null=True, blank=True, help_text="The first day on which it is not kept any more.")
    purged_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="When its bytes were gone.")

    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(clean_at__isnull=True, infected_at__isnull=True, purged_at__isnull=True),
                name="file_to_settle",
            ),
            models.Index(fields=["purge_on"], condition=Q(purged_at__isnull=True), name="file_to_purge"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["pdf", "image"]), name="file_pdf_or_image"),
            models.CheckConstraint(condition=Q(bytes__gt=0, pages__gt=0), name="file_not_empty"),
            models.CheckConstraint(condition=~Q(purpose=""), name="file_for_a_purpose"),
            models.CheckConstraint(
                condition=Q(clean_at__isnull=True) | Q(infected_at__isnull=True), name="file_clean_or_infected"
            ),
            models.CheckConstraint(
                condition=Q(clean_at__isnull=True) | Q(stored_at__isnull=False), name="file_clean_only_in_the_storage"
            ),
            models.CheckConstraint(
                condition=Q(infected_at__isnull=True) | Q(scanned_at__isnull=False), name="file_infected_when_scanned"
            ),
            models.CheckConstraint(
                condition=Q(scanned_at__isnull=True) | Q(scanned_at__gte=F("uploaded_at")),
                name="file_scanned_after_sent",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(purged_at__isnull=False) | Q(infected_at__isnull=False),
                name="file_removed_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(purged_at__isnull=True) | Q(name=""), name="file_purged_has_no_name"),
        ]

    def __str__(self) -> str:
        return f"File {self.pk}"

    @property
    def state(self) -> str:
        if self.purged_at:
            return "purged"
        if self.infected_at:
            return "refused"
        return "clean" if self.clean_at else "quarantined"

    @property
    def is_clean(self) -> bool:
        return self.state == "clean"

    @property
    def kept_aside(self) -> bool:
        """It came while the storage was down: it is safe, and moved over later."""
        return self.stored_at is None and self.state == "quarantined"

    @property
    def path(self) -> str:
        """Where its bytes lie in the private storage."""
        return f"{PRIVATE_FOLDER}/{self.token}"


class FileView(models.Model):
    """One view of a private file. Ids, so that it outlives the account of whoever looked."""

    append_only = True

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="views")
    viewer_id = models.BigIntegerField()
    role = models.CharField(max_length=40, help_text="As what they saw it: “owner”, “reviewer”.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=~Q(role=""), name="file_view_as_somebody")]

    def __str__(self) -> str:
        return f"{self.file} seen by {self.viewer_id} as {self.role}"
