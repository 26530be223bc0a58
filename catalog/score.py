"""What buyers say of a product, as its page shows it: score, words that come up, the newest reviews."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from catalog.models import Product, Review

SHOWN = 3
COUNTED = 1000  # the newest, for words and shares
WORDS = 6


@dataclass(frozen=True)
class Score:
    average: str
    rounded: int
    good_percent: int
    words: list[tuple[str, int]]


def read_reviews(product: Product) -> tuple[list[Review], Score | None]:
    """The newest reviews, and the score with the words that come up most."""
    if not product.rating_count:
        return [], None
    shown = product.reviews.filter(state=Review.State.SHOWN)
    counted = list(shown.values_list("stars", "words")[:COUNTED])
    words = Counter(word for _stars, words in counted for word in words)
    good = sum(stars >= 4 for stars, _words in counted)
    average = product.rating_sum / product.rating_count
    score = Score(
        average=f"{average:.1f}",
        rounded=round(average),
        good_percent=round(100 * good / len(counted)) if counted else 0,
        words=words.most_common(WORDS),
    )
    return list(shown[:SHOWN]), score


def recount(product: Product) -> None:
    """Take over what the reviews that are shown add up to, after one of them was changed (writes).

    A new version, since others may add up to the same.
    """
    shown = Review.objects.filter(product=product, state=Review.State.SHOWN)
    added_up = shown.aggregate(rating_sum=Coalesce(Sum("stars"), 0), rating_count=Count("pk"))
    Product.objects.filter(pk=product.pk).update(**added_up, version=F("version") + 1)
