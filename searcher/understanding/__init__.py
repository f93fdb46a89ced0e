"""Words of a question that don't say what photos show: dates, places, misspellings."""
