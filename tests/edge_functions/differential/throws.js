throw new RangeError("while it loads");
