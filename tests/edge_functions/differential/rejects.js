Promise.reject(new RangeError("while it loads"));
exports.handler = async () => 1;
