"""Which page of the full feed an item stands on: it stays there until it goes or changes its category."""

from django.db.models import Q

from partners.models import Feed, FeedItem, FeedPage

PAGE_ITEMS = 200


class Shelves:
    """The pages that a batch of changes may touch. Made and saved under the lock of the feed."""

    def __init__(self, feed: Feed, page_ids: set[int | None], categories: set[str]):
        self._feed = feed
        pages = FeedPage.objects.filter(feed=feed).filter(
            Q(pk__in=page_ids - {None}) | Q(category__in=categories)
        )
        self._pages = {page.pk: page for page in pages.order_by("category", "number")}
        self._touched: set[int] = set()

    def put(self, row: FeedItem, category: str) -> None:
        """Put an item on a page of its category, where it is not on one."""
        page = self._pages.get(row.page_id)
        if page is None or page.category != category:
            self.take_off(row)
            row.page = self._page_with_room(category)
            row.page.items += 1
        self.touch(row)

    def take_off(self, row: FeedItem) -> None:
        if row.page_id is not None:
            self.touch(row)
            self._pages[row.page_id].items -= 1
            row.page = None

    def touch(self, row: FeedItem) -> None:
        """The item's page is to be made anew, with the change that the item's number tells."""
        page = self._pages[row.page_id]
        page.changed = row.sequence
        page.due_from = page.due_from or row.sequence
        self._touched.add(page.pk)

    def save(self) -> None:
        pages = [self._pages[pk] for pk in self._touched]
        FeedPage.objects.bulk_update(pages, ["items", "changed", "due_from"])

    def _page_with_room(self, category: str) -> FeedPage:
        pages = [page for page in self._pages.values() if page.category == category]
        for page in pages:
            if page.items < PAGE_ITEMS:
                return page
        page = FeedPage.objects.create(feed=self._feed, category=category, number=len(pages) + 1)
        self._pages[page.pk] = page
        return page
