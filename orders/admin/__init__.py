from orders.admin import consignment, order, panels, rules

__all__ = ["consignment", "order", "panels", "rules"]
