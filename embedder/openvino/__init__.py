"""Models as OpenVINO graphs: what answers questions and embeds photos without torch."""
