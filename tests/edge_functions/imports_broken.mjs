import "./broken.mjs";
export const handler = async () => 1;
