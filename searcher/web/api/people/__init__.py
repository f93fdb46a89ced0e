"""/api/v1/people and /api/v1/faces: who is in which photo, and what a person says of that."""
