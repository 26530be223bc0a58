from django.db import models
from django.db.models import Q


class Feed(models.Model):
    """What a mall that pulls may read: its numbers, and the list of its pages as ready bytes.

    Writers of a feed take its row first, so numbers are given out in the order of their commits.
    """

    partner = models.OneToOneField("partners.PartnerMall", models.CASCADE, related_name="feed")
    sequence = models.BigIntegerField(default=0)  # of the last change
    oldest = models.BigIntegerField(default=0)  # tombstones up to here are forgotten
    manifest = models.BinaryField(default=bytes)  # gzip
    manifest_digest = models.CharField(max_length=64, blank=True)
    manifest_sequence = models.BigIntegerField(default=0)
    mall_sequence = models.BigIntegerField(default=0)  # up to which the mall says that it keeps all
    opened_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True)  # by the mall last, to the minute
    silent_since = models.DateTimeField(null=True)  # told to KITA; see partners.silence

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="feed_lists_no_future_change", condition=Q(manifest_sequence__lte=models.F("sequence"))
            )
        ]

    def __str__(self):
        return f"{self.partner_id} at {self.sequence}"


class FeedPage(models.Model):
    """Up to 200 items of a category. `part` names the bytes that were made of it, `digest` its state then."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="pages")
    category = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    items = models.PositiveIntegerField(default=0)
    changed = models.BigIntegerField(default=0)  # sequence of its last change
    due_from = models.BigIntegerField(null=True)  # of the first change that is not in the bytes yet
    built = models.BigIntegerField(default=-1)  # all up to here is in the bytes
    listed = models.PositiveIntegerField(default=0)  # items in the bytes
    part = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)  # before compression

    class Meta:
        ordering = ["category", "number"]
        indexes = [
            models.Index(
                name="feed_page_due", fields=["feed", "due_from"], condition=Q(due_from__isnull=False)
            )
        ]
        constraints = [models.UniqueConstraint(name="feed_page_once", fields=["feed", "category", "number"])]

    def __str__(self):
        return f"{self.category}/{self.number}"


class FeedPart(models.Model):
    """Ready bytes under their digest; kept for a while after the manifest has stopped naming them."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="parts")
    digest = models.CharField(max_length=64)
    body = models.BinaryField()  # gzip
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="feed_part_once", fields=["feed", "digest"])]

    def __str__(self):
        return self.digest


class FeedItem(models.Model):
    """An item's newest state in a feed, or its tombstone. Its parts as canonical JSON, and their digests."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="items")
    out_id = models.CharField(max_length=40)
    version = models.BigIntegerField()
    sequence = models.BigIntegerField()
    page = models.ForeignKey(FeedPage, models.RESTRICT, null=True, related_name="rows")
    content = models.TextField(blank=True)
    offer = models.TextField(blank=True)
    content_digest = models.CharField(max_length=64, blank=True)
    offer_digest = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="feed_item_once", fields=["feed", "out_id"]),
            models.UniqueConstraint(name="feed_sequence_once", fields=["feed", "sequence"]),
            models.CheckConstraint(
                name="feed_item_on_a_page_or_removed",
                condition=Q(page__isnull=False, removed_at__isnull=True)
                | Q(page__isnull=True, removed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.out_id} v{self.version}"
