"""The diagnosis of serial recall: the signatures that separate theories, measured of people and of models alike."""
