import struct
import threading
import zlib
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.template import Context, Template
from PIL import Image, features

from catalog import locks
from catalog.models import Picture, Product
from catalog.pictures import derive, first, markup, sizes, sources, uploads
from catalog.search import index
from catalog.tasks import derive_picture, derive_waiting_pictures
from tests.factories.catalog import ProductFactory, sku_in_stock
from tests.factories.pictures import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def file(size=(900, 600), fmt="JPEG", colour="#cc2233", **options):
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, fmt, **options)
    return ContentFile(out.getvalue(), name="picture.jpg")


def claiming(width, height):
    """A small PNG whose head says that it is huge."""
    png = bytearray(file(fmt="PNG").read())
    png[16:24] = struct.pack(">II", width, height)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    return ContentFile(bytes(png))


def upload(**options):
    return uploads.add_upload(product=ProductFactory(), upload=file(**options))


def address(picture, width=480, fmt="webp"):
    return markup.picture_url(picture, width, fmt)


def shown(response):
    return Image.open(
        BytesIO(b"".join(response.streaming_content) if response.streaming else response.content)
    )


def made(media):
    return {path.relative_to(media / "p").name for path in (media / "p").rglob("*.*")}


# Uploads


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (ContentFile(b"%PDF-1.7 not a picture"), uploads.NotAPicture),
        (ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), uploads.NotAPicture),
        (ContentFile(file().read()[:2000]), uploads.NotAPicture),
        (ContentFile(file(fmt="GIF").read()), uploads.NotAPicture),
        (ContentFile(file().read() + bytes(uploads.MOST_BYTES)), uploads.PictureTooLarge),
        (claiming(8000, 7000), uploads.PictureTooLarge),
        (claiming(60000, 60000), uploads.PictureTooLarge),
        (ContentFile(file(size=(900, 200)).read()), uploads.PictureTooSmall),
    ],
    ids=["pdf", "svg", "cut off", "gif", "over 15 MB", "too many pixels", "bomb", "small"],
)
def test_what_is_no_proper_picture_is_refused_with_a_reason(sent, refusal):
    with pytest.raises(refusal) as refused:
        uploads.add_upload(product=ProductFactory(), upload=sent)
    assert str(refused.value)
    assert not Picture.objects.exists()


def test_an_upload_is_turned_upright_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter
    exif[0x010F] = "Phone of a seller"
    exif.get_ifd(0x8825)[1] = "N"
    picture = upload(size=(900, 600), exif=exif)
    kept = Image.open(picture.original)
    assert (picture.width, picture.height) == kept.size == (600, 900)
    assert not kept.getexif()
    assert "Phone" not in picture.original.read().decode("latin-1")


def test_transparency_becomes_white_and_giants_are_made_smaller():
    out = BytesIO()
    Image.new("RGBA", (3000, 1500), (0, 0, 0, 0)).save(out, "PNG")
    picture = uploads.add_upload(product=ProductFactory(), upload=ContentFile(out.getvalue()))
    assert (picture.width, picture.height) == (2400, 1200)
    assert Image.open(picture.original).getpixel((5, 5)) == (255, 255, 255)


def test_the_same_file_sent_twice_is_one_picture():
    product = ProductFactory()
    first = uploads.add_upload(product=product, upload=file())
    assert uploads.add_upload(product=product, upload=file()) == first
    other = uploads.add_upload(product=product, upload=file(colour="#22cc33"))
    assert [first.position, other.position] == [0, 1]
    assert not first.is_current
    assert first.original.name == f"originals/{first.digest[:2]}/{first.digest}.jpg"


# Sizes


def test_an_upload_gets_every_size_that_needs_no_enlarging(media):
    picture = upload(size=(900, 600))
    derive_picture(picture.pk)
    picture.refresh_from_db()
    assert (picture.state, picture.widths) == ("ready", [160, 320, 480])
    assert made(media) == {
        "160.avif", "320.avif", "480.avif", "320.webp", "480.webp", "480.jpg",
    }  # fmt: skip
    for name in media.glob("p/*/*/480.*"):
        assert Image.open(name).size == (480, 320)


def test_deriving_again_makes_only_what_is_missing():
    [picture] = drawn()
    assert len(derive.derive(picture)) == 6
    assert derive.derive(picture) == []
    gone = sizes.name(picture.digest, 320, "webp")
    default_storage.delete(gone)
    assert derive.derive(picture) == [gone]


def test_waiting_pictures_are_worked_off_most_viewed_first():
    rare, loved, second_view = drawn(seed=1, priority=5) + drawn(seed=2, priority=900, count=2)
    order = []
    with transaction.atomic():
        while picture := locks.waiting_picture():
            order.append(picture)
            Picture.objects.filter(pk=picture.pk).update(state="ready")
    assert order == [loved, second_view, rare]


def test_the_task_leaves_no_picture_waiting_and_none_is_done_twice():
    drawn(count=3)
    derive_waiting_pictures()
    assert set(Picture.objects.values_list("state", flat=True)) == {"ready"}
    assert derive.derive_waiting(5) == 0


def test_a_lost_original_is_refused_and_does_not_stop_the_others(media):
    lost = upload()
    default_storage.delete(lost.original.name)
    [fine] = drawn()
    derive_waiting_pictures()
    lost.refresh_from_db()
    fine.refresh_from_db()
    assert (lost.state, fine.state) == ("refused", "ready")


def test_drawings_are_small_enough_for_the_whole_mall(media):
    pictures = drawn(count=4)
    for picture in pictures:
        derive.derive(picture)
    kept = sum(path.stat().st_size for path in media.rglob("p/*/*/*"))
    assert kept / len(pictures) < 1_500_000_000 / (8000 * 3.5)


@pytest.mark.django_db(transaction=True)
def test_the_first_pages_pictures_are_there_before_the_worker(media):
    [cover, *_] = drawn(count=2)
    steps = []
    assert first.render_first([cover.product_id], step=lambda done, total: steps.append((done, total))) == 3
    assert {"160.webp", "320.webp", "480.webp", "960.avif"} == made(media)
    assert steps[-1] == (3, 3)
    assert first.render_first([cover.product_id], seconds=0) == 0


@pytest.mark.django_db(transaction=True)
def test_what_sells_is_drawn_first():
    quiet, loved = drawn(count=2, seed=1), drawn(count=2, seed=2)
    for [cover, _], sold in ((quiet, 3), (loved, 90)):
        sku_in_stock(5, product=cover.product)
        Product.objects.filter(pk=cover.product_id).update(sold=sold)
    index.reindex([quiet[0].product_id, loved[0].product_id])
    first.rank()
    assert first.seen_first() == [loved[0].product_id, quiet[0].product_id]
    waiting = Picture.objects.order_by("-priority").values_list("pk", flat=True)
    assert list(waiting) == [picture.pk for picture in (*loved, *quiet)]


# A page that waits


def test_a_size_that_is_missing_is_made_at_once_and_kept(client, media):
    [picture] = drawn()
    response = client.get(address(picture))
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert "immutable" in response["Cache-Control"]
    assert shown(response).size == (480, 480)
    assert made(media) == {"480.webp"}
    again = client.get(address(picture))
    assert again.streaming
    assert shown(again).size == (480, 480)


def test_a_size_outside_the_plan_is_made_but_not_kept(client, media):
    [picture] = drawn()
    response = client.get(address(picture, 960, "jpg"))
    assert shown(response).size == (960, 960)
    assert not (media / "p").exists()


@pytest.mark.parametrize(
    "wrong", ["/media/p/ab/{0}/480.avif", "/media/p/{1}/{0}/481.avif", "/media/p/{1}/{0}/480.gif"]
)
def test_no_other_address_makes_a_picture(client, wrong):
    [picture] = drawn()
    digest = picture.digest
    assert client.get(wrong.format(digest, digest[:2])).status_code == 404
    assert client.get(f"/media/p/{'0' * 2}/{'0' * 64}/480.avif").status_code == 404


def test_a_picture_that_cannot_be_made_shows_a_placeholder_of_its_shape(client):
    picture = upload(size=(900, 600))
    default_storage.delete(picture.original.name)
    response = client.get(address(picture))
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert b'viewBox="0 0 900 600"' in response.content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("queue", "most"), [(derive._queue, 1), (lambda name: None, 6)], ids=["queued", "not"]
)
def test_many_askers_of_one_size_make_it_once(monkeypatch, queue, most):
    [picture] = drawn()
    monkeypatch.setattr(derive, "_queue", queue)
    drawings, together = [], threading.Barrier(6)
    draw = sources._artist[0]
    monkeypatch.setattr(sources, "_artist", [lambda **art: drawings.append(1) or draw(**art)])

    def ask(answers):
        together.wait()
        answers.append(derive.at_once(picture, 480, "webp"))
        connection.close()

    answers = []
    threads = [threading.Thread(target=ask, args=(answers,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(drawings) > 1) == (most > 1)  # without the queue the test sees the waste
    assert len(set(answers)) == 1
    assert len(answers) == 6


# In a page


def test_a_picture_in_a_page_offers_its_sizes_and_a_shape_to_keep():
    [picture] = drawn()
    html = markup.picture_html(picture, size="card", alt="수분 크림")
    folder = f"/media/p/{picture.digest[:2]}/{picture.digest}"
    assert html == (
        f'<picture><source type="image/webp" srcset="{folder}/320.webp 320w, '
        f'{folder}/480.webp 480w, {folder}/960.webp 960w" sizes="(min-width:1000px) 230px, 50vw">'
        f'<img class="ground-1" src="{folder}/480.jpg" width="480" height="480" alt="수분 크림" decoding="async" loading="lazy">'
        "</picture>"
    )


def test_the_large_picture_of_a_page_is_fetched_first_and_has_avif():
    [picture] = drawn()
    template = Template('{% load pictures %}{% picture shot size="main" eager=True decorative=True %}')
    html = template.render(Context({"shot": picture}))
    assert f'<source type="image/avif" srcset="/media/{sizes.name(picture.digest, 960, "avif")} 960w"' in html
    assert 'alt="" decoding="async" fetchpriority="high"' in html
    assert "loading" not in html


def test_a_photograph_narrower_than_the_place_is_not_enlarged():
    picture = upload(size=(500, 400))
    parts = markup.picture_sources(picture, "main")
    assert (parts["width"], parts["height"]) == (480, 384)
    assert [kind for kind, _ in parts["sources"]] == ["image/avif", "image/webp"]
    assert "960w" not in str(parts)


def test_pillow_of_this_machine_writes_all_formats():
    assert features.check("avif")
    assert features.check("webp")
