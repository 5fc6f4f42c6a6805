(function (define, modules) {
  "use strict";
  const Buffer = modules.buffer.Buffer;
  define("TextEncoder", class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return new Uint8Array(Buffer.from(String(text))); }
    encodeInto(text, target) {
      let read = 0, written = 0;
      for (const character of String(text)) {
        const bytes = Buffer.from(character);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
  });
  define("TextDecoder", class TextDecoder {
    constructor(encoding = "utf-8", options = {}) {
      if (!/^utf-?8$/i.test(encoding)) throw new RangeError("the encoding is utf-8");
      this.encoding = "utf-8";
      this.fatal = Boolean(options.fatal);
      this.ignoreBOM = Boolean(options.ignoreBOM);
    }
    decode(bytes = new Uint8Array()) {
      const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes)
        : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const text = Buffer.from(view).toString();
      if (this.fatal && !Buffer.from(text).equals(Buffer.from(view))) throw new TypeError("this is not UTF-8");
      return !this.ignoreBOM && text.startsWith("\uFEFF") ? text.slice(1) : text;
    }
  });
})
