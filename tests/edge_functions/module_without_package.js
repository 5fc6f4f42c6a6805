export const handler = async () => "no package.json says that this is a module";
