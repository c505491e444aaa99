"""The physics of cooling: PUE, WUE and heat from weather and technology."""
