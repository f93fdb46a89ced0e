"""What words of a question mean besides what photos show: dates, places, misspellings."""
