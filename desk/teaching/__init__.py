"""Teaching the assistant at the desk: likeness of questions, checks, files, the comparison of two models, publishing."""
