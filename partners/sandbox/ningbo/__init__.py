"""Yonggou of Ningbo's bonded zone: XML messages signed by MD5, receipts and orders that are fetched."""
