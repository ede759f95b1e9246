"""Closed lists of words of specs and of `govengine.yaml`, as types of fields.

`Words` marks a list that the council may lengthen in `govengine.yaml`, under `words`; a list without that mark is the
law's or the engine's own, and is closed for good.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from govengine.model.fields import Words

InterfaceType = Annotated[
    Literal["file", "duckdb", "kafka-stream", "rest-api", "delta", "iceberg", "postgres", "spark"],
    Words("interface_type"),
]
Format = Annotated[Literal["csv", "json", "ndjson", "parquet", "avro", "protobuf", "orc", "xlsx"], Words("format")]
Authentication = Annotated[
    Literal["none", "api-key", "basic", "oauth2", "openid-connect", "mtls", "kerberos", "sasl"],
    Words("authentication"),
]
Protocol = Annotated[Literal["tls", "mtls", "https", "ssh", "ipsec"], Words("protocol")]
ProtocolVersion = Annotated[Literal["1.0", "1.1", "1.2", "1.3", "2.0"], Words("protocol_version")]
Via = Annotated[Literal["application", "direct-query", "export"], Words("via")]
Ordering = Annotated[Literal["none", "per-key", "per-partition", "guaranteed"], Words("ordering")]
AccessModel = Annotated[Literal["open", "role-based", "attribute-based", "need-to-know"], Words("access_model")]
Algorithm = Annotated[
    Literal[
        "hmac-sha256", "hmac-sha384", "hmac-sha512", "kmac128", "kmac256", "sha256", "sha384", "sha512", "sha3-256",
        "blake2b", "argon2id", "bcrypt", "scrypt", "pbkdf2", "aes-128-gcm", "aes-192-gcm", "aes-256-gcm", "aes-128-cbc",
        "aes-256-cbc", "aes-256-ctr", "aes-256-siv", "aes-256-xts", "aes-256-ff1", "aes-256-ff3-1",
        "chacha20-poly1305", "rsa-oaep-2048", "rsa-oaep-3072", "rsa-oaep-4096", "md5", "sha1", "des", "3des", "rc4",
    ],
    Words("algorithm"),
]  # fmt: skip
"""Weak ones too, so that a spec can say what is so, and a rule refuse it."""
RetentionBasis = Annotated[
    Literal[
        "company-law", "commercial-law", "tax-law", "anti-money-laundering-law", "banking-law", "insurance-law",
        "employment-law", "data-protection-law", "other-law", "supervisory-order", "contract", "consent",
        "legal-claims", "legitimate-interests", "house-policy", "SOX",
    ],
    Words("retention_basis"),
]  # fmt: skip
DeletionMethod = Annotated[
    Literal["delete", "crypto-shred", "anonymise", "overwrite", "destroy"], Words("deletion_method")
]
ErasureMethod = Annotated[
    Literal["delete", "crypto-shred", "anonymise", "restrict", "archive"], Words("erasure_method")
]
LawfulBasis = Literal[
    "consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests"
]
"""GDPR article 6 (1), letters a to f."""
SpecialCategoryCondition = Literal[
    "explicit-consent", "employment-law", "vital-interests", "non-profit-body", "made-public", "legal-claims",
    "public-interest", "health-care", "public-health", "research",
]  # fmt: skip
"""GDPR article 9 (2), letters a to j."""
TransferMechanism = Annotated[
    Literal["adequacy", "scc", "bcr", "code", "certification", "public-body-instrument", "derogation", "none"],
    Words("transfer_mechanism"),
]
"""GDPR articles 45, 46 and 49."""
Assertion = Annotated[
    Literal[
        "completeness", "accuracy", "existence", "occurrence", "cut-off", "valuation", "classification",
        "presentation", "rights-and-obligations",
    ],
    Words("assertion"),
]  # fmt: skip
LoggedEvent = Annotated[
    Literal[
        "read", "write", "delete", "export", "admin", "grant", "login", "logout", "log-access", "failed-access",
        "schema-change",
    ],
    Words("logged_event"),
]  # fmt: skip
Transform = Annotated[
    Literal[
        "copy", "filter", "join", "aggregate", "derive", "enrich", "mask", "truncate", "tokenise", "keyed-hash",
        "pseudonymise", "anonymise", "encrypt", "decrypt", "deduplicate", "sample",
    ],
    Words("transform"),
]  # fmt: skip
SchemaEvolution = Annotated[
    Literal[
        "none", "backward", "backward-transitive", "forward", "forward-transitive", "full", "full-transitive",
    ],
    Words("schema_evolution"),
]  # fmt: skip
RegistryGovernance = Annotated[Literal["central", "federated", "domain"], Words("registry_governance")]
ApprovalProcess = Annotated[
    Literal["council_governed", "domain_governed", "automated", "none"], Words("approval_process")
]
EvolutionPolicies = Annotated[
    Literal["automated_with_validation", "automated", "reviewed", "none"], Words("evolution_policies")
]


def lists(hint: Any) -> tuple[str, tuple[str, ...]] | None:
    """The name and the words of a list that the council may lengthen, or None for another type."""
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Words):
            return mark.name, hint.__origin__.__args__
    return None
