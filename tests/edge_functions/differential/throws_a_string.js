throw "while it loads";
