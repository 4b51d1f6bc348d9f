"""`evalbook compare`: departments, regions and years side by side, as one page and one workbook.

It reads what runs have left (evaluation.json), never notebooks, and scores nothing anew but for
the year-on-year change.
"""
