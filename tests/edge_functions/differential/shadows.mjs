export const handler = async () => "the .mjs";
