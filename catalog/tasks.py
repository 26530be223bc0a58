"""What the catalogue does behind the pages."""

from celery import shared_task

from catalog.models import Picture
from catalog.pictures.derive import derive, derive_waiting

# One beat starts one; it ends before the next begins, so that a stop loses no more than one picture.
PICTURE_SECONDS = 25


@shared_task(name="catalog.tasks.derive_picture")
def derive_picture(picture_id: int) -> None:
    """Sizes of one upload, as soon as it is stored."""
    picture = Picture.objects.filter(pk=picture_id, state=Picture.State.WAITING).first()
    if picture:
        derive(picture)


@shared_task(name="catalog.tasks.derive_waiting_pictures")
def derive_waiting_pictures() -> None:
    """Sizes of the pictures that wait, most viewed first."""
    derive_waiting(PICTURE_SECONDS)
