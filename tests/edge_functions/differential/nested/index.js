exports.handler = async () => "the folder's index";
