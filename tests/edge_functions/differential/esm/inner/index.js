import { handler as above } from "../index.js";
export const handler = async () => `below, ${await above()}`;
