"""Wire formats that more than one provider shares."""
