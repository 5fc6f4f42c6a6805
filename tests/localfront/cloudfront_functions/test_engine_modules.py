"""The runtime's modules, compared with Python's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.localfront.cloudfront_functions.running import a_store, evaluated, failure

CRYPTO = "import crypto from 'crypto';"
QUERYSTRING = "import querystring from 'querystring';"
STORE = "import cf from 'cloudfront';\nconst store = cf.kvs();"
BYTES = st.binary(max_size=200)
ALGORITHMS = st.sampled_from(["md5", "sha1", "sha256"])
QUICK = settings(max_examples=25, deadline=None)


def buffer(data: bytes) -> str:
    return f"Buffer.from({list(data)})"


@pytest.mark.proves("FN-017")
@QUICK
@given(ALGORITHMS, BYTES)
def test_hashes_agree_with_pythons(algorithm: str, data: bytes) -> None:
    value = evaluated(
        f"crypto.createHash('{algorithm}').update({buffer(data)}).digest('hex')",
        imports=CRYPTO,
    )

    assert value == hashlib.new(algorithm, data).hexdigest()


@pytest.mark.proves("FN-017")
@QUICK
@given(ALGORITHMS, BYTES, BYTES)
def test_hmacs_agree_with_pythons(algorithm: str, key: bytes, data: bytes) -> None:
    value = evaluated(
        f"crypto.createHmac('{algorithm}', {buffer(key)}).update({buffer(data)}).digest('base64')",
        imports=CRYPTO,
    )

    expected = hmac.new(key, data, algorithm).digest()
    assert value == base64.b64encode(expected).decode()


@pytest.mark.proves("FN-017")
def test_digest_covers_all_updates_can_be_called_once_and_returns_a_buffer() -> None:
    hash_of = "crypto.createHash('sha256').update('a').update('é')"

    digest = evaluated(f"Array.from({hash_of}.digest())", imports=CRYPTO)
    value = evaluated(
        f"(() => {{ const h = {hash_of}; h.digest(); try {{ h.digest() }} catch (e) "
        "{ return e.message } })()",
        imports=CRYPTO,
    )

    assert bytes(digest) == hashlib.sha256("aé".encode()).digest()
    assert value == "the digest was taken already"


@pytest.mark.parametrize("name", ["sha512", "constructor", "__proto__"])
def test_other_algorithms_are_refused(name: str) -> None:
    code = f"{CRYPTO}function handler() {{ return crypto.createHash('{name}'); }}"

    assert failure(code) == f"TypeError: there is no algorithm '{name}'"


@pytest.mark.proves("FN-017")
@QUICK
@given(BYTES)
def test_buffers_round_trip_through_each_encoding(data: bytes) -> None:
    made = buffer(data)
    encodings = ("hex", "base64", "base64url")
    texts = evaluated(f"{list(encodings)}.map(name => {made}.toString(name))")
    back = evaluated(f"{json.dumps(dict(zip(encodings, texts, strict=True)))}")

    assert texts == [
        data.hex(),
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
    ]
    for name, text in back.items():
        assert bytes(evaluated(f"Array.from(Buffer.from('{text}', '{name}'))")) == data


@pytest.mark.proves("FN-017")
@QUICK
@given(st.text(max_size=50))
def test_text_round_trips_through_utf_8(text: str) -> None:
    quoted = json.dumps(text)

    assert bytes(evaluated(f"Array.from(Buffer.from({quoted}))")) == text.encode()
    assert evaluated(f"Buffer.from({quoted}).toString()") == text
    assert evaluated(f"new TextDecoder().decode(new TextEncoder().encode({quoted}))") == (
        text.removeprefix("\ufeff")
    )


@QUICK
@given(BYTES)
def test_invalid_utf_8_decodes_with_replacement_characters(data: bytes) -> None:
    text = evaluated(f"{buffer(data)}.toString()")

    assert text.replace("\ufffd", "") == data.decode("utf-8", "ignore").replace("\ufffd", "")


@pytest.mark.proves("FN-017")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("Buffer.concat([Buffer.from('ab'), Buffer.from('cd')], 3).toString()", "abc"),
        ("Buffer.compare(Buffer.from('a'), Buffer.from('b'))", -1),
        ("Buffer.byteLength('é')", 2),
        ("Buffer.alloc(3, 'ab').toString()", "aba"),
        ("Buffer.from('abc').subarray(1, 2).toString()", "b"),
        ("Buffer.from('abcabc').indexOf('c', 3)", 5),
        ("Buffer.from('abcabc').lastIndexOf('b')", 4),
        ("Buffer.from('abc').includes('d')", False),
        ("Buffer.from('abc').equals(Buffer.from('abc'))", True),
        ("JSON.stringify(Buffer.from('a'))", '{"type":"Buffer","data":[97]}'),
        ("Buffer.from('0102', 'hex').swap16().toString('hex')", "0201"),
        ("Buffer.isBuffer(Buffer.alloc(1)) && !Buffer.isBuffer(new Uint8Array(1))", True),
        ("Buffer.isEncoding('latin1')", False),
        ("(b => (b.write('xyz', 1), b.toString('hex')))(Buffer.alloc(3))", "007879"),
        ("(b => (Buffer.from('ab').copy(b, 1), b.toString('hex')))(Buffer.alloc(2))", "0061"),
        ("require('buffer').Buffer === Buffer", True),
    ],
)  # fmt: skip
def test_a_buffer_has_the_documented_methods(expression: str, value: object) -> None:
    assert evaluated(expression) == value


@pytest.mark.proves("FN-017")
@pytest.mark.parametrize(
    ("method", "code", "value"),
    [
        ("Int8", "b", -2), ("UInt8", "B", 254),
        ("Int16BE", ">h", -300), ("UInt16LE", "<H", 65_000),
        ("Int32LE", "<i", -70_000), ("UInt32BE", ">I", 4_000_000_000),
        ("FloatBE", ">f", 1.5), ("DoubleLE", "<d", 0.1),
    ],
)  # fmt: skip
def test_a_buffer_reads_and_writes_numbers(method: str, code: str, value: float) -> None:
    written, read = evaluated(
        f"(b => [b.write{method}({value}, 1), b.toString('hex'), b.read{method}(1)]"
        ".slice(1))(Buffer.alloc(9))"
    )

    packed = struct.pack(code, value)
    assert written == (b"\0" + packed).ljust(9, b"\0").hex()
    assert read == value


@QUICK
@given(st.text("ab=&+%2C_", max_size=20))
def test_query_strings_are_parsed_as_python_parses_them(text: str) -> None:
    value = evaluated(f"querystring.parse({json.dumps(text)})", imports=QUERYSTRING)

    as_lists = {k: v if isinstance(v, list) else [v] for k, v in value.items()}
    expected = parse_qs(text, keep_blank_values=True, errors="replace")
    bad_escape = "%" in text.replace("%2C", "")
    assert bad_escape or as_lists == expected


@pytest.mark.proves("FN-017")
def test_a_query_string_is_built_from_an_object() -> None:
    object_ = "{ name: 'va lue', abc: ['xyz', '123'], anotherName: '' }"

    value = evaluated(f"querystring.stringify({object_})", imports=QUERYSTRING)

    assert value == "name=va%20lue&abc=xyz&abc=123&anotherName="


@pytest.mark.proves("FN-020")
def test_a_key_value_store_is_read_in_each_format() -> None:
    store = a_store(text="é", object='{"a": [1]}')

    value = evaluated(
        "[await store.get('text'), await store.get('object', {format: 'json'}), "
        "(await store.get('text', {format: 'bytes'})).toString('hex'), "
        "await store.exists('text'), await store.exists('toString'), await store.meta()]",
        imports=STORE,
        store=store,
    )

    assert value == ["é", {"a": [1]}, "c3a9", True, False, store.meta]


@pytest.mark.proves("FN-020")
@pytest.mark.parametrize("key", ["missing", "__proto__", "constructor"])
def test_a_missing_key_is_an_error_that_can_be_caught(key: str) -> None:
    value = evaluated(
        f"store.get('{key}').catch(error => 'caught ' + error.message)",
        imports=STORE,
        store=a_store(),
    )

    assert value == f"caught KeyNotFound: the key value store has no key '{key}'"


def test_several_keys_can_be_read_concurrently() -> None:
    value = evaluated(
        "Promise.all(['a', 'b', 'a'].map(key => store.get(key)))",
        imports=STORE,
        store=a_store(a="1", b="2"),
    )

    assert value == ["1", "2", "1"]


def test_a_function_without_a_store_gets_an_error_that_says_so() -> None:
    code = f"{STORE}async function handler() {{ return store.get('a'); }}"

    assert failure(code) == ("Error: no key value store is associated with this function")


def test_json_web_tokens_are_refused_rather_than_ignored() -> None:
    code = "import cf from 'cloudfront';function handler() { cf.cwt.validateToken('a', {}); }"

    assert "not emulated" in failure(code)
