DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
TIME_FORMAT = "H:i"
THOUSAND_SEPARATOR = ","  # as the amounts have it; the figures beside them had none
NUMBER_GROUPING = 3
