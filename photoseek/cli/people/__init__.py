"""Commands about people: who is in which photo."""
