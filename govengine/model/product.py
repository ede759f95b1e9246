"""The product spec, written once: pydantic models from which the fast reader, the checker and the docs are made.

Names are those that rules see. Fields are optional unless the format cannot do without them; policy makes them
obligatory where a class or framework demands it. Keys `x-…` and `custom` are the author's own and are not read.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from govengine.model.fields import (
    Action,
    Bounded,
    CategoryName,
    Classification,
    ColumnName,
    Compliance,
    Country,
    Dataset,
    Day,
    Encoding,
    Flag,
    InData,
    InLog,
    Key,
    Length,
    Marker,
    Name,
    Node,
    Number,
    Person,
    Prose,
    PurposeName,
    RateOf,
    Reference,
    SemanticType,
    Sugar,
    Tag,
    TypeWord,
    Version,
    Way,
    Whole,
)
from govengine.model.logical_type import FIELDS, spread
from govengine.model.sugar import encryption_from_word, flat_columns, retention_from_period
from govengine.model.words import (
    AccessModel,
    Algorithm,
    Assertion,
    Authentication,
    DeletionMethod,
    ErasureMethod,
    Format,
    InterfaceType,
    LawfulBasis,
    LoggedEvent,
    Ordering,
    Protocol,
    ProtocolVersion,
    RetentionBasis,
    SpecialCategoryCondition,
    TransferMechanism,
    Transform,
    Via,
)


class Transport(Node):
    """How data travels."""

    protocol: Protocol | None = Field(None, description="for example `tls`")
    min_version: ProtocolVersion | None = Field(None, description='lowest version accepted, for example "1.2"')
    cert_expires: Day | None = Field(None, description="last day of the certificate")


class Interface(Node):
    """A way to reach the product's data."""

    type: InterfaceType = Field(description="`file`, `duckdb`, `kafka-stream`, `rest-api`, …")
    topic: Name | None = Field(None, description="the topic of a stream")
    schema_registry: Name | None = Field(None, description="where the stream's schema is registered")
    format: Format | None = Field(None, description="`avro`, `parquet`, `csv`, `ndjson`, …")
    encoding: Encoding | None = Field(
        None, description="what a CSV or JSON file is written in, if not UTF-8: `latin-1`, `windows-1252`, `utf-16`, …"
    )
    endpoint: Reference | None = Field(None, description="path of an API")
    authentication: Authentication | None = Field(None, description="for example `oauth2`")
    rate_limit: RateOf | None = Field(None, description="for example `10000/hour`")
    location: InData | None = Field(
        None,
        description="path from the mesh root; `*` and `**` match several files, other letters stand for themselves",
    )
    table: InData | None = Field(None, description="the table or view in a DuckDB file; `schema.name` outside `main`")
    dataset: InData | None = Field(None, description="the name of the dataset that this interface serves")
    audience: Literal["human", "machine"] | None = Field(None, description="who reads it")
    network: Literal["private", "partner", "public"] | None = Field(None, description="from where it can be reached")
    stage: Literal["pre-auth", "post-auth"] | None = Field(None, description="before or after card authorisation")
    producer: Name | None = Field(None, description="the service that writes it")
    transport: Transport | None = Field(None, description="protocol and certificate")
    region: Name | None = Field(None, description="region of the platform")
    country: Country | None = Field(None, description="ISO code of the country where the data stands")
    environment: Literal["prod", "test", "dev"] | None = Field(None, description="which environment")
    partitions: Whole | None = Field(None, description="partitions of a topic")
    replication_factor: Whole | None = Field(None, description="replicas of a topic")
    ordering: Ordering | None = Field(None, description="what order is promised")


class Keep(Node):
    """What truncation leaves readable."""

    first: Whole | None = Field(None, description="characters kept at the beginning")
    last: Whole | None = Field(None, description="characters kept at the end")


class Protection(Node):
    """How a column's values are made unreadable."""

    method: Literal["none", "mask", "truncate", "keyed-hash", "tokenise", "encrypt"] | None = Field(
        None, description="the method"
    )
    level: Literal["disk", "file", "column", "field"] | None = Field(None, description="where it is applied")
    algorithm: Algorithm | None = Field(None, description="for example `hmac-sha256`")
    key_ref: Reference | None = Field(None, description="where the key is kept; never the key")
    keep: Keep | None = Field(None, description="what truncation leaves")


class Column(Node):
    """A column of a dataset."""

    name: InData = Field(description="as in the data")
    dataset: Dataset | None = Field(None, description="which dataset it stands in; filled in where there is only one")
    description: Prose | None = Field(None, description="what it holds")
    logical_type: TypeWord | None = Field(None, description="`string`, `decimal(10,2)`, `timestamp`, `list<string>`, …")
    precision: Whole | None = Field(None, description="digits of a decimal")
    scale: Whole | None = Field(None, description="those behind the point")
    max_length: Whole | None = Field(None, description="characters of a string, or bytes of a binary, at most")
    items: TypeWord | None = Field(None, description="the type of a list's items, or of a map's values")
    keys: TypeWord | None = Field(None, description="the type of a map's keys")
    fields: dict[Key, TypeWord] | None = Field(None, description="a struct's fields in order, each with its type")
    enum: list[Marker] | None = Field(None, description="the values of an enum")
    semantic_type: SemanticType | None = Field(
        None, description="what it means: `pan`, `person.name`, `finance.amount`, …"
    )
    retention_category: CategoryName | None = Field(None, description="category of `retention.per_category`")
    classification: Classification | None = Field(None, description="its level")
    critical_data_element: Flag | None = Field(None, description="whether reports rest on it")
    missing: list[Marker] | None = Field(
        None, description='texts that stand for a missing value, for example ["?", "N/A", " "]'
    )
    required: Flag | None = Field(None, description="whether every row has it")
    unique: Flag | None = Field(None, description="whether no two rows share a value")
    primary_key: Flag | None = Field(None, description="whether it is (part of) the key")
    purposes: list[PurposeName] | None = Field(None, description="names of the processing purposes it serves")
    tags: list[Tag] | None = Field(None, description="`audit.maker`, `time.posting`, …")
    protection: Protection | None = Field(None, description="how its values are made unreadable")

    @model_validator(mode="after")
    def _spread_type(self) -> Column:
        """Parameters of the type are fields, whether they are written so or in the word."""
        held = {name: getattr(self, name) for name in ("logical_type", *FIELDS)}
        found = spread({name: value for name, value in held.items() if value is not None})
        for name in held:
            setattr(self, name, found.get(name))
        return self


WrittenColumns = Annotated[list[Column], BeforeValidator(flat_columns), Sugar("grouped-columns")]


class Quality(Node):
    """What the product promises."""

    availability: Bounded | None = Field(None, description="for example `99.9%`")
    latency: Bounded | None = Field(None, description="for example `<100ms (p99)`")
    completeness: Bounded | None = Field(None, description="for example `>99.5%`")
    accuracy: Bounded | None = Field(None, description="for example `>99.9%`")
    freshness: Bounded | None = Field(None, description="for example `<24h`")
    uniqueness: Bounded | None = Field(None, description="for example `100%`")
    validity: Bounded | None = Field(None, description="for example `>99%`")
    consistency: Bounded | None = Field(None, description="for example `>99%`")
    timeliness: Bounded | None = Field(None, description="for example `>99%`")


class CategoryRetention(Node):
    """Retention of one category of columns."""

    category: Name = Field(description="as columns name it in `retention_category`")
    min: Length | None = Field(None, description="kept at least so long")
    max: Length | None = Field(None, description="kept at most so long")
    law: Reference | None = Field(None, description="the act that asks for it")


class Deletion(Node):
    """How data is deleted."""

    method: DeletionMethod | None = Field(None, description="for example `delete`, `crypto-shred`")
    last_verified: Day | None = Field(None, description="when deletion was last proved")


class Retention(Node):
    """How long data is kept. A bare period is read as `min`."""

    min: Length | None = Field(None, description="kept at least so long")
    max: Length | None = Field(None, description="kept at most so long")
    criteria: Prose | None = Field(None, description="what ends it where no period can be named")
    basis: RetentionBasis | None = Field(None, description="on what ground")
    law: Reference | None = Field(None, description="the act that asks for it")
    justification: Prose | None = Field(None, description="why so long")
    starts_at: ColumnName | None = Field(None, description="the column from which it counts")
    per_category: list[CategoryRetention] | None = Field(None, description="by category of columns")
    lock: Flag | None = Field(None, description="whether storage refuses earlier deletion")
    legal_hold: Flag | None = Field(None, description="whether a legal hold applies")
    hold_ref: Reference | None = Field(
        None, description="what orders the hold: the act with its jurisdiction, or the claim"
    )
    hold_review: Day | None = Field(None, description="when somebody next looks whether the hold still applies")
    deletion: Deletion | None = Field(None, description="how it ends")


class Encryption(Node):
    """Where data is encrypted. The words `at-rest` and `end-to-end` stand for it too."""

    at_rest: Flag | None = Field(None, description="on storage")
    in_transit: Flag | None = Field(None, description="on the wire")
    end_to_end: Flag | None = Field(None, description="from producer to consumer")


WrittenRetention = Annotated[Retention, BeforeValidator(retention_from_period), Sugar("period-as-minimum")]
WrittenEncryption = Annotated[Encryption, BeforeValidator(encryption_from_word), Sugar("encryption-word")]


class Processor(Node):
    """Somebody who processes the data for us."""

    name: Name = Field(description="who")
    dpa_ref: Reference | None = Field(None, description="the contract")
    country: Country | None = Field(None, description="where")
    valid_until: Day | None = Field(None, description="last day of the contract")


class Purpose(Node):
    """What personal data is processed for."""

    name: Name = Field(description="the purpose")
    lawful_basis: LawfulBasis | None = Field(None, description="one of the six of GDPR article 6")
    ref: Reference | None = Field(None, description="the act, or the balancing test")
    compatibility_ref: Reference | None = Field(None, description="assessment of a further purpose")


class Transfer(Node):
    """A transfer to a third country."""

    country: Country = Field(description="ISO code")
    mechanism: TransferMechanism | None = Field(None, description="`adequacy`, `scc`, `bcr`, …")
    ref: Reference | None = Field(None, description="the document")


class Erase(Node):
    """How persons are erased."""

    method: ErasureMethod | None = Field(None, description="`delete`, `crypto-shred` or `anonymise`")


class Rights(Node):
    """How data subjects' rights are served."""

    access: Way | None = Field(None, description="how access is given")
    rectify: Way | None = Field(None, description="how data is corrected")
    erase: Erase | None = Field(None, description="how data is erased")
    port: Way | None = Field(None, description="how data is handed over")


class Dpia(Node):
    """A data-protection impact assessment."""

    ref: Reference | None = Field(None, description="the document")
    date: Day | None = Field(None, description="when it was made")


class Processing(Node):
    """The record of processing (GDPR article 30)."""

    controller: Name | None = Field(None, description="who decides")
    processors: list[Processor] | None = Field(None, description="who processes for us")
    purposes: list[Purpose] | None = Field(None, description="what for")
    art9_condition: SpecialCategoryCondition | None = Field(None, description="condition for special categories")
    legal_authority_ref: Reference | None = Field(None, description="authority for criminal-offence data")
    subjects: list[Name] | None = Field(None, description="categories of persons")
    recipients: list[Name] | None = Field(None, description="who receives the data")
    transfers: list[Transfer] | None = Field(None, description="to third countries")
    subject_key: ColumnName | None = Field(None, description="the column that finds a person's rows")
    consent_register: Name | None = Field(None, description="where consents are kept")
    rights: Rights | None = Field(None, description="how rights are served")
    dpia: Dpia | None = Field(None, description="impact assessment")
    notice_ref: Reference | None = Field(None, description="the privacy notice")
    automated_decision: Flag | None = Field(None, description="whether decisions are automated")


class FinancialReporting(Node):
    """The product's part in financial statements."""

    in_scope: Flag | None = Field(None, description="whether statements rest on it")
    owner: Person | None = Field(None, description="who certifies it")
    assertions: list[Assertion] | None = Field(
        None, description="completeness, accuracy, existence, cut-off, valuation"
    )
    key_reports: list[Name] | None = Field(None, description="reports that rest on it")


class AuditColumns(Node):
    """Which columns of the log say what."""

    user: InLog | None = Field(None, description="who")
    event: InLog | None = Field(None, description="what")
    time: InLog | None = Field(None, description="when")
    outcome: InLog | None = Field(None, description="with what outcome")
    origin: InLog | None = Field(None, description="from where")
    object: InLog | None = Field(None, description="on what")


class Audit(Node):
    """Logging of access."""

    enabled: Flag | None = Field(None, description="whether access is logged")
    events: list[LoggedEvent] | None = Field(None, description="which events")
    sink: Name | None = Field(None, description="where the log goes")
    columns: AuditColumns | None = Field(None, description="columns of the log")
    retention: Length | None = Field(None, description="how long the log is kept")
    hot_retention: Length | None = Field(None, description="how long it is at hand")
    immutable: Flag | None = Field(None, description="whether nobody can alter it")


class Dlp(Node):
    """Data-loss prevention."""

    enabled: Flag | None = Field(None, description="whether it watches")
    policy_ref: Reference | None = Field(None, description="by which policy")


class Cost(Node):
    """Who pays."""

    center: Name | None = Field(None, description="cost centre")
    budget: Number | None = Field(None, description="a month, in the mesh's currency")
    chargeback: Flag | None = Field(None, description="whether consumers are charged")


class Governance(Node):
    """What the product declares of itself."""

    classification: Classification | None = Field(None, description="the product's level")
    pii_fields: list[ColumnName] | None = Field(None, description="columns with personal data")
    compliance: list[Compliance] | None = Field(None, description="frameworks that apply")
    retention: WrittenRetention | None = Field(None, description="how long data is kept")
    encryption: WrittenEncryption | None = Field(None, description="where data is encrypted")
    processing: Processing | None = Field(None, description="record of processing")
    financial_reporting: FinancialReporting | None = Field(None, description="part in financial statements")
    audit: Audit | None = Field(None, description="logging of access")
    dlp: Dlp | None = Field(None, description="data-loss prevention")
    cost: Cost | None = Field(None, description="who pays")


class Grant(Node):
    """A right that somebody holds."""

    principal: Person = Field(description="who holds it")
    principal_type: Literal["person", "group", "service", "vendor"] | None = Field(None, description="what they are")
    resources: list[Name] | None = Field(None, description="on what, `*` as a segment")
    actions: list[Action] | None = Field(None, description="`read`, `write`, `delete`, …")
    fields: list[ColumnName] | None = Field(None, description="only these columns")
    purpose: Name | None = Field(None, description="what for")
    justification: Prose | None = Field(None, description="why")
    via: Via | None = Field(None, description="`application` or `direct-query`")
    interactive: Flag | None = Field(None, description="whether a person logs in")
    requested_by: Person | None = Field(None, description="who asked")
    approved_by: Person | None = Field(None, description="who approved")
    approved_at: Day | None = Field(None, description="when")
    granted_at: Day | None = Field(None, description="when it was given")
    expires: Day | None = Field(None, description="last day")
    last_reviewed: Day | None = Field(None, description="when it was last reviewed")
    reviewed_by: Person | None = Field(None, description="by whom")
    last_used: Day | None = Field(None, description="when it was last used")
    emergency: Flag | None = Field(None, description="whether it is break-glass access")


class Access(Node):
    """Who may do what."""

    model: AccessModel | None = Field(None, description="`open`, `role-based`, `attribute-based`, `need-to-know`")
    default: Literal["deny", "allow"] | None = Field(None, description="what holds where nothing is granted")
    grants: list[Grant] | None = Field(None, description="rights given")


class Input(Node):
    """A product that this one is made from."""

    product: Name = Field(description="its name")
    version: Version | None = Field(None, description="its version")
    columns: list[InData] | None = Field(None, description="columns read")
    transforms: list[Transform] | None = Field(None, description="what is done to them")


class Lineage(Node):
    """Where the data comes from."""

    inputs: list[Input] | None = Field(None, description="products read")


class Consumer(Node):
    """Somebody who reads the product."""

    name: Name = Field(description="who")
    domain: Name | None = Field(None, description="of which domain")


class Spec(Node):
    """What the product is."""

    description: Prose | None = Field(None, description="in a sentence")
    interfaces: list[Interface] | None = Field(None, description="ways to reach the data")
    schema_: WrittenColumns | None = Field(None, alias="schema", description="the columns")
    quality: Quality | None = Field(None, description="what is promised")
    governance: Governance | None = Field(None, description="what is declared")
    access: Access | None = Field(None, description="who may do what")
    lineage: Lineage | None = Field(None, description="where data comes from")
    consumers: list[Consumer] | None = Field(None, description="who reads it")
    documentation: Reference | None = Field(None, description="where it is documented")
    support: Person | None = Field(None, description="whom to ask")
    status: Literal["draft", "active", "deprecated", "retired"] | None = Field(None, description="its life")


class Metadata(Node):
    """Which product it is."""

    name: Name = Field(description="unique in the mesh")
    domain: Name = Field(description="the domain whose folder holds the file")
    owner: Person = Field(description="who answers for it")
    version: Version = Field(description='a version in quotes, for example "2.1.0"')
    description: Prose | None = Field(None, description="in a sentence")
    tags: list[Name] | None = Field(None, description="words to find it by")


class DataProduct(Node):
    """A data product's spec."""

    apiVersion: Literal["datamesh.io/v1"] = Field(description="the format")  # noqa: N815 - the format's own spelling
    kind: Literal["DataProduct"] = Field(description="what the file describes")
    metadata: Metadata = Field(description="which product it is")
    spec: Spec = Field(description="what it is")
