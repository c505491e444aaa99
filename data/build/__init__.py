"""Raw files to catalogue: `python -m siting.data.build` re-creates every table of data/catalog.

Nothing of the package imports this folder, and the wheel leaves it out. `inputs/` holds what was transcribed by hand,
each number with its source and grade; everything else comes from the raw files named in `catalog.lock.json`.
"""
