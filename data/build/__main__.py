"""Re-create the catalogue: `python -m siting.data.build`."""

from siting.data.build.make import main

if __name__ == "__main__":
    main()
