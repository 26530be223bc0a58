from catalog.admin import approval, panels, product, reference, seller

__all__ = ["approval", "panels", "product", "reference", "seller"]
