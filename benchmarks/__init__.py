"""What can be measured: ``bin/bench`` lists it."""
