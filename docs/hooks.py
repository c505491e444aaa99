"""What the build of the documentation does beyond its pages: makes those that follow from the code, and checks all."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from generate.api import api_page
from generate.formulation import formulation_page, nomenclature_page
from generate.key_figures import key_figures_page
from generate.ledgers import ledgers_page
from generate.mathematics import Mathematics
from generate.model import formulation
from generate.offline import foreign_references
from generate.study import study_page
from generate.tables import tables_page
from generate.tutorials import executed, tutorial_page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.hooks.siting")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let pages hold formulas."""
    config.markdown_extensions.append(Mathematics())  # type: ignore[arg-type]  # Markdown takes it as it is
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the code, and the notebooks with their outputs."""
    found = formulation()
    pages = {
        "formulation.md": formulation_page(found),
        "nomenclature.md": nomenclature_page(found),
        "ledgers.md": ledgers_page(found),
        "study.md": study_page(),
        "tables.md": tables_page(),
        "key-figures.md": key_figures_page(),
        "api.md": api_page(),
    }
    for path in sorted((Path(config.docs_dir) / "tutorials").glob("*.ipynb")):
        log.info("Running the notebook %s", path.name)
        pages[f"tutorials/{path.stem}.md"] = tutorial_page(executed(path))
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_post_build(config: MkDocsConfig) -> None:
    """Refuse a site that cannot be read without a network.

    Raises
    ------
    PluginError
        If a page loads anything from elsewhere.
    """
    foreign = list(foreign_references(Path(config.site_dir)))
    if foreign:
        raise PluginError("the site loads from other hosts:\n" + "\n".join(foreign))
