"""I Get Mall of Chongqing: JSON calls signed in the query, items shown after a moment, signed notices."""
