"""What nobody planned: somebody is away from now on, a visit takes longer."""
