"""Where to build AI data centres, how to cool and power them, and how close to the best the answer is.

>>> import siting
>>> study = siting.load_study("us-small")
>>> study.name
'us-small'

The public names stand in the stub beside this file, with their homes. They are imported when they are first used, so
that `import siting` costs milliseconds.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
