"""Who delivers: plans by which councils follow one another, rehearsed and carried out."""
