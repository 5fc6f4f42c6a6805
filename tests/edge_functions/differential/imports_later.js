exports.handler = async () => (await import("./modern.mjs")).handler();
