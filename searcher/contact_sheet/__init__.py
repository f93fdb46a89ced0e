"""Contact sheets: one HTML file with thumbnails inside, which any browser opens by itself."""
