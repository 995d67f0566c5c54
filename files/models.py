"""What people send. For now: photos of carers. Evidence and attachments come with their rooms."""

from django.db import models

SIZES = (112, 224, 448)  # side in CSS pixels of each rendition of a square photo


class Photo(models.Model):
    """A carer's photo: square, re-encoded without metadata, three renditions in WebP and JPEG each.

    The upload itself is not kept. `token` is in every address of it and cannot be guessed.
    """

    token = models.CharField(max_length=32, unique=True, editable=False)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Photo {self.pk}"
