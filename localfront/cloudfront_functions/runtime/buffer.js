(function (define) {
  "use strict";
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const utf8 = (text) => {
    const bytes = [];
    for (const character of text) {
      let code = character.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
      else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
      else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    }
    return bytes;
  };
  const fromUtf8 = (bytes) => {
    let text = "";
    for (let i = 0; i < bytes.length;) {
      const first = bytes[i++];
      const more = first < 0x80 ? 0 : first >> 5 === 6 ? 1 : first >> 4 === 14 ? 2 : first >> 3 === 30 ? 3 : -1;
      let code = more < 1 ? first : first & 0x3f >> more, seen = 0;
      while (seen < more && (bytes[i] & 0xc0) === 0x80) { code = code << 6 | bytes[i++] & 63; seen++; }
      const whole = more >= 0 && seen === more && code >= [0, 0x80, 0x800, 0x10000][more] &&
        code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      text += whole ? String.fromCodePoint(code) : "\uFFFD";
    }
    return text;
  };
  const encodings = {
    utf8: { read: utf8, write: fromUtf8 },
    hex: {
      read: (text) => (/^(?:[0-9a-f]{2})*/i.exec(text)[0].match(/../g) || []).map((pair) => parseInt(pair, 16)),
      write: (bytes) => bytes.reduce((text, byte) => text + (byte < 16 ? "0" : "") + byte.toString(16), ""),
    },
    base64: {
      read: (text) => {
        const bytes = [];
        let bits = 0, count = 0;
        for (const letter of text.replace(/-/g, "+").replace(/_/g, "/")) {
          const value = alphabet.indexOf(letter);
          if (value < 0) continue;
          bits = (bits << 6 | value) & 0xffff;
          count += 6;
          if (count >= 8) { count -= 8; bytes.push(bits >> count & 255); }
        }
        return bytes;
      },
      write: (bytes) => {
        let text = "";
        for (let i = 0; i < bytes.length; i += 3) {
          const bits = bytes[i] << 16 | (bytes[i + 1] || 0) << 8 | (bytes[i + 2] || 0);
          text += alphabet[bits >> 18] + alphabet[bits >> 12 & 63] +
            (i + 1 < bytes.length ? alphabet[bits >> 6 & 63] : "=") + (i + 2 < bytes.length ? alphabet[bits & 63] : "=");
        }
        return text;
      },
    },
  };
  encodings["utf-8"] = encodings.utf8;
  encodings.base64url = {
    read: encodings.base64.read,
    write: (bytes) => encodings.base64.write(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, ""),
  };
  const encoding = (name = "utf8") => {
    if (!Object.prototype.hasOwnProperty.call(encodings, name)) throw new TypeError("there is no encoding '" + name + "'");
    return encodings[name];
  };
  const bytesOf = (value, name) => typeof value === "string" ? encoding(name).read(value)
    : typeof value === "number" ? [value & 255] : value;
  const compared = (a, b) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return Math.sign(a.length - b.length);
  };

  class Buffer extends Uint8Array {
    static alloc(size, fill, name) { return fill === undefined ? new Buffer(size) : new Buffer(size).fill(fill, 0, size, name); }
    static allocUnsafe(size) { return new Buffer(size); }
    static byteLength(value, name) { return typeof value === "string" ? bytesOf(value, name).length : value.byteLength; }
    static compare(a, b) { return compared(a, b); }
    static concat(list, most) {
      const size = most ?? list.reduce((sum, part) => sum + part.length, 0), all = new Buffer(size);
      let at = 0;
      for (const part of list) {
        if (at >= size) break;
        all.set(part.subarray(0, size - at), at);
        at += part.length;
      }
      return all;
    }
    static from(value, second, length) {
      if (value instanceof ArrayBuffer) return new Buffer(value, second, length);
      if (typeof value === "string") return new Buffer(bytesOf(value, second));
      if (value === null || typeof value !== "object") throw new TypeError("a Buffer is made of text, bytes or a list");
      const inner = value.valueOf();
      if (inner !== value) return Buffer.from(inner, second, length);
      return new Buffer(value.type === "Buffer" ? value.data : value);
    }
    static isBuffer(value) { return value instanceof Buffer; }
    static isEncoding(name) { return Object.prototype.hasOwnProperty.call(encodings, name); }
    compare(target, targetStart = 0, targetEnd = target.length, start = 0, end = this.length) {
      return compared(this.subarray(start, end), target.subarray(targetStart, targetEnd));
    }
    copy(target, targetStart = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
      target.set(part, targetStart);
      return part.length;
    }
    equals(other) { return compared(this, bytesOf(other)) === 0; }
    fill(value, start = 0, end = this.length, name = undefined) {
      if (typeof start === "string") [name, start] = [start, 0];
      const bytes = bytesOf(value, name);
      for (let i = start; i < end && bytes.length; i++) this[i] = bytes[(i - start) % bytes.length];
      return this;
    }
    includes(value, from, name) { return this.indexOf(value, from, name) >= 0; }
    indexOf(value, from = 0, name = undefined) {
      const bytes = bytesOf(value, name);
      for (let i = from < 0 ? Math.max(0, this.length + from) : from; i + bytes.length <= this.length; i++) {
        if (compared(this.subarray(i, i + bytes.length), bytes) === 0) return i;
      }
      return -1;
    }
    lastIndexOf(value, from = this.length, name = undefined) {
      const bytes = bytesOf(value, name);
      for (let i = Math.min(from, this.length - bytes.length); i >= 0; i--) {
        if (compared(this.subarray(i, i + bytes.length), bytes) === 0) return i;
      }
      return -1;
    }
    subarray(start, end) {
      const view = Uint8Array.prototype.subarray.call(new Uint8Array(this.buffer, this.byteOffset, this.length), start, end);
      return new Buffer(view.buffer, view.byteOffset, view.length);
    }
    swap(size) {
      if (this.length % size) throw new RangeError("the length is not a multiple of " + size);
      for (let i = 0; i < this.length; i += size) Uint8Array.prototype.reverse.call(new Uint8Array(this.buffer, this.byteOffset + i, size));
      return this;
    }
    swap16() { return this.swap(2); }
    swap32() { return this.swap(4); }
    swap64() { return this.swap(8); }
    toJSON() { return { type: "Buffer", data: Array.from(this) }; }
    toString(name, start = 0, end = this.length) { return encoding(name).write(this.subarray(start, end)); }
    write(text, offset = 0, length = undefined, name = undefined) {
      if (typeof offset === "string") [name, offset] = [offset, 0];
      if (typeof length === "string") [name, length] = [length, undefined];
      const bytes = bytesOf(text, name), count = Math.min(bytes.length, this.length - offset, length ?? Infinity);
      for (let i = 0; i < count; i++) this[offset + i] = bytes[i];
      return count;
    }
  }
  // The numbers: readInt8 ... writeUInt32LE by size, readIntBE ... by a byte length of 1 to 6.
  const bytesAt = (buffer, offset, size) => {
    if (!(offset >= 0 && offset + size <= buffer.length)) throw new RangeError("the offset is outside of the Buffer");
    return new Uint8Array(buffer.buffer, buffer.byteOffset + offset, size);
  };
  const add = (name, method) => Object.defineProperty(Buffer.prototype, name, { value: method, writable: true, configurable: true });
  const readWhole = (buffer, offset, size, little, signed) => {
    const bytes = Array.from(bytesAt(buffer, offset, size));
    const value = (little ? bytes.reverse() : bytes).reduce((sum, byte) => sum * 256 + byte, 0);
    return signed && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
  };
  const writeWhole = (buffer, value, offset, size, little, signed) => {
    const most = 2 ** (8 * size - (signed ? 1 : 0));
    if (!(value < most && value >= (signed ? -most : 0))) throw new RangeError("the value does not fit");
    const bytes = bytesAt(buffer, offset, size);
    let rest = value < 0 ? value + 2 ** (8 * size) : value;
    for (let i = 0; i < size; i++) { bytes[little ? i : size - 1 - i] = rest % 256; rest = Math.floor(rest / 256); }
    return offset + size;
  };
  for (const end of ["BE", "LE"]) {
    const little = end === "LE";
    for (const kind of ["Int", "UInt"]) {
      const signed = kind === "Int";
      add("read" + kind + end, function (offset, size) { return readWhole(this, offset, size, little, signed); });
      add("write" + kind + end, function (value, offset, size) { return writeWhole(this, value, offset, size, little, signed); });
      for (const size of [1, 2, 4]) {
        const suffix = kind + 8 * size + (size > 1 ? end : "");
        add("read" + suffix, function (offset = 0) { return readWhole(this, offset, size, little, signed); });
        add("write" + suffix, function (value, offset = 0) { return writeWhole(this, value, offset, size, little, signed); });
      }
    }
    for (const [kind, view, size] of [["Float", "Float32", 4], ["Double", "Float64", 8]]) {
      const data = (buffer, offset) => (bytesAt(buffer, offset, size), new DataView(buffer.buffer, buffer.byteOffset + offset, size));
      add("read" + kind + end, function (offset = 0) { return data(this, offset)["get" + view](0, little); });
      add("write" + kind + end, function (value, offset = 0) { data(this, offset)["set" + view](0, value, little); return offset + size; });
    }
  }
  define("Buffer", Buffer);
  return { Buffer };
})
