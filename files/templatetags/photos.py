from django import template

from files.models import Photo, Rendition

register = template.Library()


@register.filter
def at(photo: Photo, side: int) -> Rendition:
    """`photo|at:112`: the addresses to show a photo at that many CSS pixels."""
    return photo.at(int(side))
