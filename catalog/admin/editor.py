"""The product editor's views: gather the forms, call `catalog.approve`, render."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from catalog import approve
from catalog.admin import count, faults
from catalog.admin.create import NewProductForm, create_draft
from catalog.admin.forms import AttributesForm, ProductForm, SkuFormSet
from catalog.admin.preview import shop_page
from catalog.admin.scope import edited_by, is_kita, may_edit
from catalog.diff import differences, label_of
from catalog.models import Picture, Product, Revision
from catalog.pictures.uploads import PictureRefused, add_upload
from catalog.proposal import digest, open_revision, proposed
from kmall.keys import key_of


def add(model_admin, request):
    """Ask for seller, category and a name; the editor follows."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = NewProductForm(request.POST or None, sellers=edited_by(request.user))
    if request.method == "POST" and form.is_valid():
        product = create_draft(**form.cleaned_data)
        return redirect("admin:catalog_product_change", product.pk)
    context = _context(model_admin, request, None) | {"form": form, "title": _("New product")}
    return render(request, "admin/catalog/product/add.html", context)


def change(model_admin, request, object_id):
    """Show the open proposal, or keep what is posted as a draft, with stock counted in at once."""
    product = _fetch(model_admin, request, object_id)
    can_edit = model_admin.has_change_permission(request, product)
    data = proposed(product)
    forms = _forms(product, data, request.POST.copy() if request.method == "POST" and can_edit else None)
    refused, theirs, made_from = "", None, request.POST.get("made_from") or digest(data)
    if request.method == "POST":
        if not can_edit:
            raise PermissionDenied
        try:
            if _save(request, product, data, forms):
                return _next(model_admin, request, product)
        except PictureRefused as problem:
            refused = str(problem)
        except approve.SavedMeanwhile as problem:
            data, theirs = problem.stored, differences(problem.data, problem.stored)
            made_from = digest(data)
        forms["faults"] = faults.gathered(**forms)
        forms["picture_faults"] = faults.of_pictures(refused, len(request.FILES.getlist("pictures")))
    context = _context(model_admin, request, product) | forms | {"can_edit": can_edit}
    context |= {"pictures": _pictures(request, product, data), "is_wrong": "faults" in forms}
    context |= {"made_from": made_from, "theirs": theirs}
    return render(request, "admin/catalog/product/change.html", context)


def submit(model_admin, request, pk):
    """Hand the open draft to KITA."""
    product = _fetch(model_admin, request, pk)
    if request.method != "POST" or not may_edit(request.user, product.seller):
        raise PermissionDenied
    revision = open_revision(product)
    if revision is None:
        messages.info(request, _("There is no edit to submit."))
        return redirect("admin:catalog_product_change", pk)
    try:
        approve.submit(revision=revision, actor=request.user)
    except approve.Incomplete as problem:
        for lines in problem.lacking.values():
            for line in lines:
                messages.error(request, line)
    except approve.NothingChanged:
        messages.info(request, _("This is what is on sale already; there is nothing to approve."))
    except approve.NotWaiting:
        messages.info(request, _("This edit is with KITA already."))
    else:
        messages.success(request, _("Submitted. KITA will approve it or return it with a reason."))
    return redirect("admin:catalog_product_change", pk)


def set_state(model_admin, request, pk):
    """Withdraw or put back (seller), suspend or release (KITA)."""
    product = _fetch(model_admin, request, pk)
    if request.method != "POST" or not may_edit(request.user, product.seller):
        raise PermissionDenied
    by_kita = is_kita(request.user)
    try:
        if request.POST.get("to") == Product.State.ON_SALE:
            product = approve.put_back(product=product, actor=request.user, by_kita=by_kita)
            if product.is_withdrawn:
                messages.warning(
                    request, _("Released. It stays off sale, since its seller had withdrawn it.")
                )
        else:
            off = Product.State.SUSPENDED if by_kita else Product.State.WITHDRAWN
            approve.take_off(product=product, actor=request.user, state=off)
    except approve.Suspended as error:
        raise PermissionDenied from error
    except approve.Withdrawn:
        messages.error(request, _("The seller has taken it off sale: only the seller puts it on sale again."))
    except approve.NotWaiting:
        messages.error(request, _("Only an approved product can be put on sale."))
    return redirect("admin:catalog_product_change", pk)


def preview(model_admin, request, pk):
    """The shop page as it would be, in either language, seen only by those who may see the product."""
    return shop_page(request, _fetch(model_admin, request, pk))


def _fetch(model_admin, request, pk) -> Product:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    return model_admin.row_or_404(request, pk, "seller", "category")


def _forms(product, data, posted):
    skus = count.with_stock(product, data["skus"])
    initial = AttributesForm.initial_of(data["values"])
    category = data["fields"]["category_id"]
    return {
        "form": ProductForm(posted, initial=data["fields"]),
        "skus": SkuFormSet(posted, initial=skus, prefix="skus", product=product),
        "attributes": AttributesForm(posted, initial=initial, category_id=category, prefix="attributes"),
    }


@transaction.atomic
def _save(request, product, data, forms) -> bool:
    """Keep the draft, new pictures and counted stock; False where a form has errors, then nothing is kept.

    Raises `PictureRefused`, `approve.SavedMeanwhile`; then nothing is kept either.
    """
    faulty = [form for form in forms.values() if not form.is_valid()]
    ids = {form.cleaned_data.get("id") for form in forms["skus"]} - {None}
    if ids - set(product.skus.values_list("pk", flat=True)):
        raise PermissionDenied
    if faulty:
        return False
    rows = [form.as_proposed() for form in forms["skus"] if form.cleaned_data]
    proposal = {
        "fields": forms["form"].as_proposed(),
        "values": forms["attributes"].as_proposed(),
        "skus": rows,
        "pictures": _ordered_pictures(request, product, data),
    }
    if proposal != data:
        made_from = request.POST.get("made_from", "")
        approve.save_draft(product=product, author=request.user, data=proposal, made_from=made_from)
    notes = count.count_in(forms["skus"])
    if any(form.errors for form in forms["skus"]):
        transaction.set_rollback(True)
        return False
    for note in notes:
        messages.info(request, note)
    return True


def _ordered_pictures(request, product, data) -> list[int]:
    """Picture ids in the order of the posted numbers, without the removed ones, new ones last, each once."""
    kept = [pk for pk in data["pictures"] if not request.POST.get(f"picture-{pk}-remove")]
    kept.sort(key=lambda pk: _number(request.POST.get(f"picture-{pk}-order"), data["pictures"].index(pk)))
    added = [add_upload(product=product, upload=upload).pk for upload in request.FILES.getlist("pictures")]
    return list(dict.fromkeys(kept + added))


def _number(text, default: int) -> int:
    number = key_of(text)
    return default if number is None else number


def _pictures(request, product, data) -> list[tuple]:
    """(picture, its number, whether it is taken out) as posted, else as proposed."""
    rows = Picture.objects.filter(product=product).in_bulk(data["pictures"])
    return [
        (
            rows[pk],
            _number(request.POST.get(f"picture-{pk}-order"), position),
            bool(request.POST.get(f"picture-{pk}-remove")),
        )
        for position, pk in enumerate(data["pictures"])
        if pk in rows
    ]


def _next(model_admin, request, product):
    if "submit" in request.POST:
        return submit(model_admin, request, product.pk)
    messages.success(request, _("Saved. What is on sale stays as it is until KITA approves."))
    return redirect("admin:catalog_product_change", product.pk)


def _context(model_admin, request, product):
    revision = open_revision(product) if product else None
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": product.name if product else "",
        "product": product,
        "revision": revision,
        "reasons": [(label_of(key), text) for key, text in revision.reasons.items()] if revision else [],
        "is_kita": is_kita(request.user),
        "waits_for_kita": bool(revision) and revision.state == Revision.State.SUBMITTED,
    }
