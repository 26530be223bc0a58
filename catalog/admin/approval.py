"""KITA's queue: what a revision changes, field by field; approve or return, singly or in bulk."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import approve
from catalog.admin.compare import marked
from catalog.admin.product import TONES
from catalog.admin.scope import DeskAdmin, is_kita
from catalog.diff import changes, contents, label_of, proposed_name
from catalog.models import Picture, Product, Revision
from catalog.proposal import digest
from catalog.wording import hits


@admin.register(Revision)
class RevisionAdmin(DeskAdmin):
    seller_path = "product__seller"
    kita_may = frozenset({"view", "change"})
    list_display = ("product_name", "seller_name", "author", "submitted_at", "state_word", "decided_by")
    list_filter = ("state",)
    search_fields = ("product__name_ko", "product__name_zh_hans", "product__seller__name_ko")
    list_select_related = ("product__seller", "author", "decided_by")
    ordering = ("submitted_at", "id")
    actions = ("approve_chosen", "return_chosen")

    def get_actions(self, request):
        return super().get_actions(request) if is_kita(request.user) else {}

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("Approvals")} if is_kita(request.user) else {}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        revision = self.row_or_404(request, object_id, "product__seller")
        if request.method == "POST":
            if not is_kita(request.user):
                raise PermissionDenied
            if self._decide(request, revision):
                return self._next_waiting(request)
            revision.refresh_from_db()
        context = self.admin_site.each_context(request) | _shown(revision, _typed(request.POST))
        context |= {"opts": self.opts, "title": str(revision.product), "is_kita": is_kita(request.user)}
        return render(request, "admin/catalog/revision/change.html", context)

    def _decide(self, request, revision) -> bool:
        """Whether the officer is done with this one; else its page comes anew, with all that was typed."""
        reasons = _typed(request.POST)
        by = {"revision": revision, "actor": request.user, "seen": request.POST.get("seen", "")}
        if "return" in request.POST and not reasons:
            messages.error(request, _("A return needs a reason, for a field or for the whole."))
            return False
        try:
            if "return" in request.POST:
                approve.send_back(**by, reasons=reasons)
                messages.success(request, _("Returned to the seller with your reasons."))
            else:
                messages.success(request, _told(approve.approve(**by)))
        except approve.NotWaiting:
            messages.error(request, _("This edit has been decided upon or taken back meanwhile."))
        except approve.NotAsSeen:
            messages.error(
                request,
                _("The seller changed this while you were reading. Nothing is decided: please read it anew."),
            )
            return False
        except approve.Incomplete as problem:
            for lines in problem.lacking.values():
                messages.error(request, " ".join(lines))
            return False
        return True

    def _next_waiting(self, request):
        """The next in the queue, so that a morning's work is one page after the other."""
        waiting = self.get_queryset(request).filter(state=Revision.State.SUBMITTED)
        following = waiting.order_by("submitted_at", "id").first()
        if following:
            return redirect("admin:catalog_revision_change", following.pk)
        return redirect("admin:catalog_revision_changelist")

    @admin.action(description=gettext_lazy("Approve the chosen edits"))
    def approve_chosen(self, request, queryset):
        done = 0
        for revision in queryset.filter(state=Revision.State.SUBMITTED):
            try:
                approve.approve(revision=revision, actor=request.user)
                done += 1
            except (approve.NotWaiting, approve.Incomplete):
                messages.error(request, _("%s was left: please look at it singly.") % revision.product)
        text = ngettext("%d edit approved.", "%d edits approved.", done) % done
        messages.success(request, text)

    @admin.action(description=gettext_lazy("Return the chosen edits with one reason"))
    def return_chosen(self, request, queryset):
        reason = request.POST.get("reason", "").strip()
        chosen = queryset.filter(state=Revision.State.SUBMITTED).select_related("product")
        if not reason:
            is_wrong = "reason" in request.POST
            context = self.admin_site.each_context(request)
            context |= {
                "opts": self.opts,
                "title": _("Return with a reason"),
                "chosen": [(revision.pk, proposed_name(revision)) for revision in chosen],
                "is_wrong": is_wrong,
            }
            return render(request, "admin/catalog/revision/return.html", context)
        is_any = False
        for revision in chosen:
            try:
                approve.send_back(revision=revision, actor=request.user, reasons={"": reason})
                is_any = True
            except approve.NotWaiting:
                messages.error(request, _("%s was left: please look at it singly.") % revision.product)
        if is_any:
            messages.success(request, _("Returned to the sellers with your reason."))
        return None

    @admin.display(description=gettext_lazy("product"), ordering="product__name_ko")
    def product_name(self, revision):
        return proposed_name(revision)

    @admin.display(description=gettext_lazy("seller"), ordering="product__seller__name_ko")
    def seller_name(self, revision):
        return revision.product.seller

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, revision):
        tone = TONES.get(revision.state, "good")
        return format_html('<span class="tag {}">{}</span>', tone, revision.get_state_display())


def _told(product) -> str:
    """What came of an approval."""
    if product.state == Product.State.ON_SALE:
        return _("Approved. It is on sale now, and on its way to the partner malls.")
    return _("Approved. The product stays off sale: %s.") % product.get_state_display()


def _typed(posted) -> dict[str, str]:
    return {
        key.removeprefix("reason:"): text.strip()
        for key, text in posted.items()
        if key.startswith("reason:") and text.strip()
    }


def _shown(revision, typed: dict) -> dict:
    """The differences with the reasons typed or given so far, and the words that a person has to judge.

    Of a new product there is nothing to differ from: all of it is shown.
    """
    reasons = typed or revision.reasons
    product, data = revision.product, revision.data
    is_new = product.approved_at is None
    found = [] if revision.state == Revision.State.APPROVED else changes(product, data)
    if is_new:
        found = contents(data)
    texts = "\n".join(str(data["fields"].get(f"{name}_zh_hans") or "") for name in ("name", "description"))
    pictures = Picture.objects.filter(product=product).in_bulk()
    return {
        "revision": revision,
        "product": product,
        "rows": [_row(change, reasons, pictures) for change in found],
        "whole_reason": _whole(reasons, {change.key for change in found}),
        "seen": digest(data),
        "is_new": is_new,
        "hits": hits(texts),
        "waits": revision.state == Revision.State.SUBMITTED,
        "pictures": [pictures[pk] for pk in data["pictures"] if pk in pictures],
    }


def _whole(reasons: dict, shown: set[str]) -> str:
    """The reason for the whole, with those for fields that have no line (any more)."""
    lineless = [f"{label_of(key)}: {text}" for key, text in reasons.items() if key and key not in shown]
    return " / ".join(filter(None, [reasons.get("", ""), *lineless]))


def _row(change, reasons: dict, pictures: dict) -> dict:
    """A line of the comparison; `marked` has both texts as HTML. Pictures as such instead of their keys."""
    row = {"change": change, "reason": reasons.get(change.key, "")}
    before, after = change.before, change.after
    if change.kind == "picture":
        before, after = ([pictures[pk] for pk in keys if pk in pictures] for keys in (before, after))
        return row | {"before": before, "after": after}
    return row | {"before": before, "after": after, "marked": marked(before, after)}
