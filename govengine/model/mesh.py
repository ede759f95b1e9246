"""`govengine.yaml`, written once as pydantic models: the file that makes a folder a mesh."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from govengine.model.fields import (
    Bounded,
    Digest,
    Flag,
    Folder,
    Key,
    Length,
    Name,
    Node,
    Person,
    Prose,
    Sugar,
    Whole,
)
from govengine.model.sugar import evolution_from_word, merged_gates
from govengine.model.words import (
    ApprovalProcess,
    EvolutionPolicies,
    Ordering,
    RegistryGovernance,
    SchemaEvolution,
)

WrittenEvolution = Annotated[SchemaEvolution, BeforeValidator(evolution_from_word), Sugar("evolution-word")]


class Sla(Node):
    """What a domain promises for its products."""

    availability: Bounded | None = Field(None, description="for example `99.9%`")
    latency: Bounded | None = Field(None, description="for example `<100ms`")
    completeness: Bounded | None = Field(None, description="for example `>99.5%`")
    accuracy: Bounded | None = Field(None, description="for example `>99.9%`")
    freshness: Bounded | None = Field(None, description="for example `<24h`")
    batch: Bounded | None = Field(None, description="for example `<4h`")


class Domain(Node):
    """A domain: who owns it, and where its products stand."""

    products: list[Folder] = Field(description="folders of product specs, from the mesh root")
    team: Prose | None = Field(None, description="the team's name")
    owner: Person | None = Field(None, description="who answers for it")
    stewards: list[Person] | None = Field(None, description="who may approve access and fix specs")
    data_products: list[Name] | None = Field(None, description="the products it is to offer")
    sla: Sla | None = Field(None, description="what it promises")


class Approvers(Node):
    """Who may approve a waiver, by severity."""

    critical: list[Person] | None = Field(None, description="for critical rules")
    high: list[Person] | None = Field(None, description="for high ones")
    medium: list[Person] | None = Field(None, description="for medium ones")
    low: list[Person] | None = Field(None, description="for low ones")


class LongestWaiver(Node):
    """How long a waiver may last, by severity."""

    critical: Length | None = Field(None, description="for critical rules")
    high: Length | None = Field(None, description="for high ones")
    medium: Length | None = Field(None, description="for medium ones")
    low: Length | None = Field(None, description="for low ones")


class Council(Node):
    """The governance council."""

    members: list[Person] | None = Field(None, description="who sits in it")
    approvers: Approvers | None = Field(None, description="who approves waivers")
    longest_waiver: LongestWaiver | None = Field(None, description="how long waivers may last")
    keys: dict[Key, Folder] | None = Field(
        None,
        description="public Ed25519 keys of approvers, PEM files from the mesh root, by who signs with them; "
        "a file may hold several keys",
    )


class QualityGates(Node):
    """What a topic lets through."""

    completeness: Bounded | None = Field(None, description="for example `>99.5%`")
    accuracy: Bounded | None = Field(None, description="for example `>99.9%`")
    latency: Bounded | None = Field(None, description="for example `<100ms`")
    freshness: Bounded | None = Field(None, description="for example `<24h`")
    ordering: Ordering | None = Field(None, description="for example `guaranteed`")


WrittenGates = Annotated[QualityGates, BeforeValidator(merged_gates), Sugar("list-of-gates")]


class Topic(Node):
    """A topic of the event platform."""

    name: Name = Field(description="without the version suffix")
    partitions: Whole | None = Field(None, description="how many")
    replication_factor: Whole | None = Field(None, description="replicas")
    data_product_owner: Person | None = Field(None, description="who owns it")
    schema_evolution: WrittenEvolution | None = Field(None, description="for example `backward_compatible`")
    quality_gates: WrittenGates | None = Field(None, description="what it lets through")


class SchemaRegistry(Node):
    """How schemas are governed."""

    governance: RegistryGovernance | None = Field(None, description="for example `federated`")
    approval_process: ApprovalProcess | None = Field(None, description="for example `domain_governed`")
    evolution_policies: EvolutionPolicies | None = Field(None, description="for example `automated_with_validation`")


class Kpis(Node):
    """What the mesh aims at."""

    compliance: Bounded | None = Field(None, description="share of compliant products")
    quality_score: Bounded | None = Field(None, description="average quality")
    products_per_domain: Bounded | None = Field(None, description="active products a domain")
    consumers_per_product: Bounded | None = Field(None, description="consumers from other domains")
    self_service: Bounded | None = Field(None, description="share of requests served without a person")


class Paths(Node):
    """Where things stand, from the mesh root."""

    policies: Folder | None = Field(None, description="folder of policies; `policies` unless said otherwise")
    registers: Folder | None = Field(None, description="folder of registers; `registers` unless said otherwise")
    data: list[Folder] | None = Field(None, description="folders outside the mesh that datasets may come from")
    ignore: list[Folder] | None = Field(
        None, description="folders that hold nothing of the mesh, such as a checkout of the engine; they are named"
    )


class GlobalPolicy(Node):
    """Where the council's layer comes from, in place of `policies/global`."""

    source: Folder = Field(description="a policy bundle, or a folder that holds `global/`, from the mesh root")
    digest: Digest | None = Field(
        None, description="what it must be, `sha256:…`, as `govengine bundle inspect` says it"
    )
    public_key: Folder | None = Field(
        None, description="the council's public Ed25519 key, a PEM file from the mesh root"
    )
    signed: Flag | None = Field(None, description="whether it must be signed by that key; yes where a key is named")


class PolicyLayers(Node):
    """Where layers of policy come from, where they do not stand in `paths.policies`."""

    global_: GlobalPolicy | None = Field(None, alias="global", description="the council's layer")


class Lint(Node):
    """What `govengine lint` finds and is meant so, in the whole mesh."""

    allow: dict[Key, Prose] | None = Field(None, description="findings by name, each with the reason for allowing it")


class OwnWords(Node):
    """Words that the council adds to closed lists of specs, by list."""

    access_model: list[Name] | None = Field(None, description="for `access.model`")
    algorithm: list[Name] | None = Field(None, description="for `protection.algorithm`")
    approval_process: list[Name] | None = Field(None, description="for `schema_registry.approval_process`")
    assertion: list[Name] | None = Field(None, description="for `financial_reporting.assertions`")
    authentication: list[Name] | None = Field(None, description="for `interfaces.authentication`")
    deletion_method: list[Name] | None = Field(None, description="for `retention.deletion.method`")
    erasure_method: list[Name] | None = Field(None, description="for `processing.rights.erase.method`")
    evolution_policies: list[Name] | None = Field(None, description="for `schema_registry.evolution_policies`")
    format: list[Name] | None = Field(
        None, description="for `interfaces.format`; rows of such an interface are not read"
    )
    interface_type: list[Name] | None = Field(
        None, description="for `interfaces.type`; rows of such an interface are not read"
    )
    logged_event: list[Name] | None = Field(None, description="for `audit.events`")
    ordering: list[Name] | None = Field(None, description="for `interfaces.ordering` and `quality_gates.ordering`")
    protocol: list[Name] | None = Field(None, description="for `interfaces.transport.protocol`")
    protocol_version: list[Name] | None = Field(None, description="for `interfaces.transport.min_version`")
    registry_governance: list[Name] | None = Field(None, description="for `schema_registry.governance`")
    retention_basis: list[Name] | None = Field(None, description="for `retention.basis`")
    schema_evolution: list[Name] | None = Field(None, description="for `topics.schema_evolution`")
    transfer_mechanism: list[Name] | None = Field(None, description="for `processing.transfers.mechanism`")
    transform: list[Name] | None = Field(None, description="for `lineage.inputs.transforms`")
    via: list[Name] | None = Field(None, description="for `access.grants.via`")


class Mesh(Node):
    """The mesh: domains, council, platform."""

    mesh: Name = Field(description="its name")
    version: Literal["1"] | None = Field(None, description="of this format")
    paths: Paths | None = Field(None, description="where things stand")
    policy: PolicyLayers | None = Field(None, description="where layers of policy come from")
    domains: dict[Key, Domain] = Field(description="domains by name")
    council: Council | None = Field(None, description="the governance council")
    owners: dict[Key, list[Person]] | None = Field(
        None, description="who may change which files, by pattern; the last that fits counts"
    )
    topics: list[Topic] | None = Field(None, description="topics of the event platform")
    schema_registry: SchemaRegistry | None = Field(None, description="how schemas are governed")
    kpis: Kpis | None = Field(None, description="what the mesh aims at")
    words: OwnWords | None = Field(None, description="words that the council adds to closed lists")
    lint: Lint | None = Field(None, description="what `govengine lint` allows")
