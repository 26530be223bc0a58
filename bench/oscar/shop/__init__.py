"""The rival: the smallest shop that django-oscar's "Building your own shop" makes, with our products in it.

It runs in an environment of its own under var/bench/oscar and imports nothing of ours. What stands in for
what, so that it is measured fairly:

- goods: names, texts, prices, stock, categories and sellers of the demo mall, from a file that
  `bench/rival.py` writes; each product has one price and, as its picture, the one of its kind of goods.
- the search engine: Oscar's lists come from Haystack, whose documented engines are Solr and Elasticsearch.
  `shop/engine.py` plays one that answers at once: a COUNT and a LIMIT in PostgreSQL, no counts of facets.
- production: DEBUG off, cached templates, connections that stay open, whitenoise, sessions and thumbnails
  in Redis; logging of errors alone. The server, its workers, PostgreSQL and Redis are those of the mall.
- anonymous visitors in English: no login, no basket, no translation.
"""
