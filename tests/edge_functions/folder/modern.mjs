// An ES module in a folder, which waits at its top level.
import { hostname } from "node:os";

const ready = await Promise.resolve("ready");

export const handler = async () => ({ ready, hostname: typeof hostname() });

export default { hidden: async () => "AWS looks at named exports alone" };
