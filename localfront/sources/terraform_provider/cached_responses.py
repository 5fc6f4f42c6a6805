"""Responses that Terraform gets without asking its provider.

- The provider's schema: a program has one. It comes from the cache, limited to the types in use, and
  the provider computes it only once.
- That the provider's configuration is well formed. Terraform asks before each plan and each apply,
  and the plugin SDK then examines all of the provider's 1,500 types, for seconds of processor time
  ("This should be called in a unit test"). All configurations but those of modules are written
  here, and the provider checks each again when it uses it.

Source: Terraform plugin protocol, versions 5 and 6 (an empty response has no diagnostics, and
Terraform ignores its other value); Terraform Plugin SDK v2, `Provider.Validate`, `InternalValidate`.
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


class CachedResponses:
    """Responses by method. `named` reads what types the configuration names now."""

    def __init__(self, cache: SchemaCache, named: Callable[[], NamedTypes]) -> None:
        self._cache, self._named = cache, named
        self._schema: SchemaMessage | None = None

    def response(self, method: bytes) -> bytes | None:
        if method in VALIDATION:
            return b""
        self._schema = self._schema or self._cache.read()
        return self._limited(self._schema) if self._schema else None

    def store(self, response: bytes) -> bytes:
        """Keep a provider's response to SCHEMA. Returns the one for Terraform."""
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
