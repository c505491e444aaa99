"""Fronts of cost against other measures, each point a plan with its proof."""
