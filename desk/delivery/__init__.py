"""Who delivers: plans by which councils follow one another, shown, rehearsed, carried out."""
