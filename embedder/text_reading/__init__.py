"""Reads the text in photos, by models that come inside the wheel of RapidOCR, run by OpenVINO."""
