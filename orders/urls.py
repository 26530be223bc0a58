from django.urls import path

from orders.views import addresses, bits, cart, checkout, me, order, payment

app_name = "orders"

urlpatterns = [
    # Cart
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="cart_add"),
    path("cart/change/", cart.change, name="cart_change"),
    # Checkout
    path("checkout/", checkout.checkout, name="checkout"),
    # Orders
    path("orders/", order.orders, name="orders"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/cancel/", order.cancel, name="cancel"),
    path("orders/<str:number>/received/<str:parcel>/", order.received, name="received"),
    # Payment
    path("orders/<str:number>/pay/", payment.pay, name="pay"),
    path("orders/<str:number>/paid/", payment.paid, name="paid"),
    # A person's own
    path("me/", me.me, name="me"),
    path("me/bits/", bits.bits, name="bits"),
    path("me/identity/<int:pk>/forget/", me.forget_identity, name="forget_identity"),
    path("addresses/", addresses.addresses, name="addresses"),
    path("addresses/new/", addresses.address, name="address_new"),
    path("addresses/<int:pk>/", addresses.address, name="address"),
    path("addresses/<int:pk>/delete/", addresses.drop, name="address_drop"),
    path("addresses/regions/", addresses.regions, name="regions"),
    path("addresses/fill/", addresses.fill, name="address_fill"),
]
