DATE_FORMAT = "j F Y"  # 21 November 2026, GOV.UK style
TIME_FORMAT = "g:ia"  # 9:30am
DATETIME_FORMAT = "j F Y, g:ia"
MONTH_DAY_FORMAT = "j F"
