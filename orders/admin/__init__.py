from orders.admin import order, rules

__all__ = ["order", "rules"]
