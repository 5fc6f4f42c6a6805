const value = await Promise.resolve("awaited at the top");
export const handler = async () => value;
export default { inner: { handler: async () => "of the default" }, handler: async () => "not this one" };
export const notAFunction = 7;
export const here = async () => [import.meta.url.endsWith("/modern.mjs"), typeof require, typeof __dirname];
