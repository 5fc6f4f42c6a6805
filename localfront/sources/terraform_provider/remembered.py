"""What a provider has answered before, for the questions whose answer can't have changed.

- Its schema: a program has one. It comes from the cache, limited to the types in use, and the
  provider computes it only once.
- Whether its configuration is well formed: Terraform asks before each plan and each apply, and the
  plugin SDK then examines all of the provider's 1,500 types ("This should be called in a unit test").

Source: Terraform plugin protocol, versions 5 and 6; Terraform Plugin SDK v2, `Provider.Validate`.
"""

from __future__ import annotations

from collections.abc import Callable

from localfront.sources.terraform_provider.named_types import NamedTypes
from localfront.sources.terraform_provider.schema_cache import SchemaCache
from localfront.sources.terraform_provider.schema_message import (
    SchemaMessage,
    parse_schema_message,
)

SCHEMA = (b"/tfplugin5.Provider/GetSchema", b"/tfplugin6.Provider/GetProviderSchema")
VALIDATION = (
    b"/tfplugin5.Provider/PrepareProviderConfig",
    b"/tfplugin6.Provider/ValidateProviderConfig",
)
METHODS = (*SCHEMA, *VALIDATION)


class Remembered:
    """Responses by method and request. `named` reads what types the configuration names now."""

    def __init__(self, cache: SchemaCache, named: Callable[[], NamedTypes]) -> None:
        self._cache, self._named = cache, named
        self._schema: SchemaMessage | None = None
        self._responses: dict[tuple[bytes, bytes], bytes] = {}

    def response(self, method: bytes, request: bytes) -> bytes | None:
        if method in SCHEMA:
            self._schema = self._schema or self._cache.read()
            return self._limited(self._schema) if self._schema else None
        return self._responses.get((method, request))

    def remember(self, method: bytes, request: bytes, response: bytes) -> bytes:
        """Keep a provider's response. Returns the one for Terraform."""
        if method in VALIDATION:
            self._responses[method, request] = response
            return response
        try:
            schema = parse_schema_message(response)
        except ValueError:
            return response
        if schema.has_diagnostics:
            return response
        self._schema = schema
        self._cache.write(schema)
        return self._limited(schema)

    def _limited(self, schema: SchemaMessage) -> bytes:
        """All types if one is misspelled: Terraform then suggests the one that may be meant."""
        named = self._named()
        prefixes = {name.partition(b"_")[0] for name in schema.types}
        own = {name for name in named.declared if name.partition(b"_")[0] in prefixes}
        return bytes(schema) if own - schema.types else schema.limited_to(named.words)
