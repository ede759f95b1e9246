"""`govengine.yaml`, written once as pydantic models: the file that makes a folder a mesh."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from govengine.model.fields import Bounded, Flag, Length, Node, Sugar, Text, Whole
from govengine.model.sugar import merged_gates


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

    products: list[Text] = Field(description="folders of product specs, from the mesh root")
    team: Text | None = Field(None, description="the team's name")
    owner: Text | None = Field(None, description="who answers for it")
    stewards: list[Text] | None = Field(None, description="who may approve access and mend specs")
    data_products: list[Text] | None = Field(None, description="the products it is to offer")
    sla: Sla | None = Field(None, description="what it promises")


class Approvers(Node):
    """Who may approve a waiver, by severity."""

    critical: list[Text] | None = Field(None, description="for critical rules")
    high: list[Text] | None = Field(None, description="for high ones")
    medium: list[Text] | None = Field(None, description="for medium ones")
    low: list[Text] | None = Field(None, description="for low ones")


class LongestWaiver(Node):
    """How long a waiver may last, by severity."""

    critical: Length | None = Field(None, description="for critical rules")
    high: Length | None = Field(None, description="for high ones")
    medium: Length | None = Field(None, description="for medium ones")
    low: Length | None = Field(None, description="for low ones")


class Council(Node):
    """The governance council."""

    members: list[Text] | None = Field(None, description="who sits in it")
    approvers: Approvers | None = Field(None, description="who approves waivers")
    longest_waiver: LongestWaiver | None = Field(None, description="how long waivers may last")
    keys: dict[str, Text] | None = Field(
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
    ordering: Text | None = Field(None, description="for example `guaranteed`")


WrittenGates = Annotated[QualityGates, BeforeValidator(merged_gates), Sugar("list-of-gates")]


class Topic(Node):
    """A topic of the event platform."""

    name: Text = Field(description="without the version suffix")
    partitions: Whole | None = Field(None, description="how many")
    replication_factor: Whole | None = Field(None, description="replicas")
    data_product_owner: Text | None = Field(None, description="who owns it")
    schema_evolution: Text | None = Field(None, description="for example `backward_compatible`")
    quality_gates: WrittenGates | None = Field(None, description="what it lets through")


class SchemaRegistry(Node):
    """How schemas are governed."""

    governance: Text | None = Field(None, description="for example `federated`")
    approval_process: Text | None = Field(None, description="for example `domain_governed`")
    evolution_policies: Text | None = Field(None, description="for example `automated_with_validation`")


class Kpis(Node):
    """What the mesh aims at."""

    compliance: Bounded | None = Field(None, description="share of compliant products")
    quality_score: Bounded | None = Field(None, description="average quality")
    products_per_domain: Bounded | None = Field(None, description="active products a domain")
    consumers_per_product: Bounded | None = Field(None, description="consumers from other domains")
    self_service: Bounded | None = Field(None, description="share of requests served without a person")


class Paths(Node):
    """Where things stand, from the mesh root."""

    policies: Text | None = Field(None, description="folder of policies; `policies` unless said otherwise")
    registers: Text | None = Field(None, description="folder of registers; `registers` unless said otherwise")
    data: list[Text] | None = Field(None, description="folders outside the mesh that datasets may come from")


class GlobalPolicy(Node):
    """Where the council's layer comes from, in place of `policies/global`."""

    source: Text = Field(description="a policy bundle, or a folder that holds `global/`, from the mesh root")
    digest: Text | None = Field(None, description="what it must be, `sha256:…`, as `govengine bundle inspect` says it")
    public_key: Text | None = Field(None, description="the council's public Ed25519 key, a PEM file from the mesh root")
    signed: Flag | None = Field(None, description="whether it must be signed by that key; yes where a key is named")


class PolicyLayers(Node):
    """Where layers of policy come from, where they do not stand in `paths.policies`."""

    global_: GlobalPolicy | None = Field(None, alias="global", description="the council's layer")


class Lint(Node):
    """What `govengine lint` finds and is meant so, in the whole mesh."""

    allow: dict[str, Text] | None = Field(None, description="findings by name, each with the reason for allowing it")


class Mesh(Node):
    """The mesh: domains, council, platform."""

    mesh: Text = Field(description="its name")
    version: Literal["1"] | None = Field(None, description="of this format")
    paths: Paths | None = Field(None, description="where things stand")
    policy: PolicyLayers | None = Field(None, description="where layers of policy come from")
    domains: dict[str, Domain] = Field(description="domains by name")
    council: Council | None = Field(None, description="the governance council")
    owners: dict[str, list[Text]] | None = Field(
        None, description="who may change which files, by pattern; the last that fits counts"
    )
    topics: list[Topic] | None = Field(None, description="topics of the event platform")
    schema_registry: SchemaRegistry | None = Field(None, description="how schemas are governed")
    kpis: Kpis | None = Field(None, description="what the mesh aims at")
    lint: Lint | None = Field(None, description="what `govengine lint` allows")
