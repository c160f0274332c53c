"""Wire formats and manners that more than one provider shares."""
