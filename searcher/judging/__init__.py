"""Which photos a person judged right for a question, and how well a model finds them."""
