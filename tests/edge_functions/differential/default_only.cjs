module.exports = async () => "the module itself";
