from catalog.admin import reference

__all__ = ["reference"]
