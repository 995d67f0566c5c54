"""Moving a council's register in: read a file, say what each column holds, look it through, write it whole, undo it."""
