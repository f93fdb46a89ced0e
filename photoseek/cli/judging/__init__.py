"""Commands that compare models by what a person calls right: judge, evaluate."""
