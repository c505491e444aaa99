"""The model as a whole: relaxation, fixing, search."""
