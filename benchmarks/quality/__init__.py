"""How right the extractor is: measured on data kept beside the checkout and on texts of our own, held by floors.

`measures` measures, `floors` holds, `page` tells; `published` is what others measured. Needs no database and no settings.
"""
