const stream = (handler) => awslambda.streamifyResponse(handler);
exports.json = stream(async (event, out) => { out.write('{"status":'); out.write('"200"}'); out.end(); });
exports.text = stream(async (event, out) => { out.setContentType("text/plain"); out.end("plain"); });
exports.object = stream(async (event, out) => { out.write({ a: 1 }); out.end(); });
exports.withPrelude = stream(async (event, out) => {
  const to = awslambda.HttpResponseStream.from(out, { statusCode: 201, headers: { a: "b" } });
  to.write("created");
  to.end();
});
exports.preludeWithoutWrite = stream(async (event, out) => {
  awslambda.HttpResponseStream.from(out, { statusCode: 201 }).end("created");
});
exports.piped = stream(async (event, out) => {
  const { Readable } = require("node:stream");
  for await (const part of Readable.from(["[1,", "2]"])) out.write(part);
  out.end();
});
exports.notAsync = stream((event, out) => { out.end("1"); });
exports.throws = stream(async () => { throw new RangeError("no"); });
exports.throwsLate = stream(async (event, out) => { out.write("1"); throw new RangeError("late"); });
exports.returns = stream(async (event, out) => { out.end("1"); return "ignored"; });
exports.typeTooLate = stream(async (event, out) => { out.write("1"); out.setContentType("text/plain"); });
