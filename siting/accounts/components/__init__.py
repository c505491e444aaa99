"""Books of each component: a module of the same name for each of `siting.case.components.COMPONENTS`."""
