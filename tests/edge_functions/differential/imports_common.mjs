import common, { handler as named } from "./common.cjs";
export const handler = async () => [typeof common.handler, await named()];
