exports.handler = async () => "the .js";
