// md5 (RFC 1321), sha1 and sha256 (FIPS 180-4), HMAC (RFC 2104), over lists of bytes.
(function (define, modules) {
  "use strict";
  const Buffer = modules.buffer.Buffer;
  const left = (x, n) => x << n | x >>> 32 - n, right = (x, n) => x >>> n | x << 32 - n;
  const bytesOf = (data) => {
    if (typeof data === "string") return Array.from(Buffer.from(data));
    if (data instanceof Uint8Array) return Array.from(data);
    throw new TypeError("data is a string or a Buffer");
  };
  // The message in blocks of sixteen words, padded with its length in bits.
  const blocks = (message, little) => {
    const bytes = message.concat(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    const bits = message.length * 8, length = [Math.floor(bits / 2 ** 32), bits >>> 0];
    const word = (value) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
    const tail = word(length[0]).concat(word(length[1]));
    const all = bytes.concat(little ? tail.reverse() : tail), found = [];
    for (let i = 0; i < all.length; i += 64) {
      const words = [];
      for (let j = i; j < i + 64; j += 4) {
        words.push(little ? all[j] | all[j + 1] << 8 | all[j + 2] << 16 | all[j + 3] << 24
          : all[j] << 24 | all[j + 1] << 16 | all[j + 2] << 8 | all[j + 3]);
      }
      found.push(words);
    }
    return found;
  };
  const digestOf = (state, little) => [].concat(...state.map((word) => {
    const bytes = [word >>> 24, word >>> 16 & 255, word >>> 8 & 255, word & 255];
    return little ? bytes.reverse() : bytes;
  }));
  const md5 = (message) => {
    const turns = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
    for (const words of blocks(message, true)) {
      let [a, b, c, d] = state;
      for (let i = 0; i < 64; i++) {
        const round = i >> 4;
        const mixed = round < 1 ? b & c | ~b & d : round < 2 ? d & b | ~d & c : round < 3 ? b ^ c ^ d : c ^ (b | ~d);
        const at = (round < 1 ? i : round < 2 ? 5 * i + 1 : round < 3 ? 3 * i + 5 : 7 * i) % 16;
        const sum = a + mixed + Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) + words[at] | 0;
        a = d; d = c; c = b;
        b = b + left(sum, turns[round][i % 4]) | 0;
      }
      state = [state[0] + a | 0, state[1] + b | 0, state[2] + c | 0, state[3] + d | 0];
    }
    return digestOf(state, true);
  };
  const sha1 = (message) => {
    const keys = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
    let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    for (const words of blocks(message, false)) {
      for (let i = 16; i < 80; i++) words.push(left(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1));
      let [a, b, c, d, e] = state;
      for (let i = 0; i < 80; i++) {
        const round = Math.floor(i / 20);
        const mixed = round < 1 ? b & c | ~b & d : round === 2 ? b & c | b & d | c & d : b ^ c ^ d;
        const next = left(a, 5) + mixed + e + words[i] + keys[round] | 0;
        e = d; d = c; c = left(b, 30); b = a; a = next;
      }
      state = [a, b, c, d, e].map((word, i) => word + state[i] | 0);
    }
    return digestOf(state, false);
  };
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
  const constants = primes.map((p) => fraction(Math.cbrt(p)));
  const sha256 = (message) => {
    let state = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
    for (const w of blocks(message, false)) {
      for (let i = 16; i < 64; i++) {
        const s0 = right(w[i - 15], 7) ^ right(w[i - 15], 18) ^ w[i - 15] >>> 3;
        const s1 = right(w[i - 2], 17) ^ right(w[i - 2], 19) ^ w[i - 2] >>> 10;
        w.push(w[i - 16] + s0 + w[i - 7] + s1 | 0);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (e & f ^ ~e & g) + constants[i] + w[i] | 0;
        const two = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
        h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
      }
      state = [a, b, c, d, e, f, g, h].map((word, i) => word + state[i] | 0);
    }
    return digestOf(state, false);
  };
  const algorithms = { md5, sha1, sha256 };
  const algorithm = (name) => {
    if (!Object.prototype.hasOwnProperty.call(algorithms, name)) throw new TypeError("there is no algorithm '" + name + "'");
    return algorithms[name];
  };
  const hasher = (finish) => {
    let message = [], done = false;
    const open = () => { if (done) throw new Error("the digest was taken already"); };
    return {
      update(data) { open(); message = message.concat(bytesOf(data)); return this; },
      digest(encoding) {
        open();
        done = true;
        const bytes = Buffer.from(finish(message));
        return encoding === undefined ? bytes : bytes.toString(encoding);
      },
    };
  };
  const createHash = (name) => hasher(algorithm(name));
  const createHmac = (name, secret) => {
    const hash = algorithm(name);
    let key = bytesOf(secret);
    if (key.length > 64) key = hash(key);
    key = key.concat(new Array(64 - key.length).fill(0));
    return hasher((message) => hash(key.map((b) => b ^ 0x5c).concat(hash(key.map((b) => b ^ 0x36).concat(message)))));
  };
  return { createHash, createHmac };
})
