/**
 * The life of a record as W3C PROV: as PROV-JSON (https://www.w3.org/submissions/prov-json/), which other tools read, and as
 * nodes and edges, ready to be drawn. Both are the same statements.
 */
import type { JsonObject, JsonValue } from "../core/json.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { LineageStep, RecordLineage } from "./lineage.ts";

/** The PROV relations that are used here, with the members that name their two ends: what depends, and on what. */
const RELATIONS = {
  wasGeneratedBy: ["prov:entity", "prov:activity"],
  used: ["prov:activity", "prov:entity"],
  wasDerivedFrom: ["prov:generatedEntity", "prov:usedEntity"],
  wasAttributedTo: ["prov:entity", "prov:agent"],
  wasAssociatedWith: ["prov:activity", "prov:agent"],
  wasInvalidatedBy: ["prov:entity", "prov:activity"],
  specializationOf: ["prov:specificEntity", "prov:generalEntity"],
  hadMember: ["prov:collection", "prov:entity"],
} as const;
type Relation = keyof typeof RELATIONS;

type NodeKind = "entity" | "activity" | "agent";

/** A node in the graph of a record's life. */
export interface LineageNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  /** POSIX seconds. */
  readonly at?: number;
}

/** `from` depends on `to`. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: Relation;
}

/** A record's life as a graph. */
export interface LineageGraph {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}

/** The graph of a record's life. */
export function graphOf(lineage: RecordLineage, origin: string): LineageGraph {
  return new Statements(lineage, origin).graph;
}

/** The graph as a PROV-JSON document. */
export function provJson(graph: LineageGraph, origin: string): JsonObject {
  const document: { [member: string]: { [id: string]: JsonValue } } = {
    prefix: { log: `https://${origin}#`, warifu: "urn:warifu:" },
  };
  const put = (member: string, id: string, value: JsonObject): void => {
    document[member] = { ...document[member], [id]: value };
  };
  for (const { id, kind, label, at } of graph.nodes) {
    const time = at === undefined || kind !== "activity" ? undefined : formatSecond(at);
    const times = time === undefined ? {} : { "prov:startTime": time, "prov:endTime": time };
    put(kind, id, { "prov:label": label, ...times });
  }
  for (const [at, { from, to, kind }] of graph.edges.entries()) {
    const [one, other] = RELATIONS[kind];
    put(kind, `_:r${at}`, { [one]: from, [other]: to });
  }
  return document;
}

/** Collects nodes and edges step by step. */
class Statements {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges: LineageEdge[] = [];
  readonly #record: string;
  readonly #service: string;

  constructor({ record, steps }: RecordLineage, origin: string) {
    this.#record = this.#node("entity", `record-${record.id}`, record.vct ?? "record");
    this.#service = this.#node("agent", "service", origin);
    this.#relate("wasAttributedTo", this.#record, this.#node("agent", `source-${record.source}`, record.source));
    for (const step of steps) this.#tell(step);
  }

  get graph(): LineageGraph {
    return { nodes: [...this.#nodes.values()], edges: this.#edges };
  }

  #tell(step: LineageStep): void {
    switch (step.what) {
      case "received":
        return this.#received(step);
      case "derived":
        return this.#derived(step);
      case "translated":
        return this.#translated(step);
      case "anchored":
        return this.#anchored(step);
      case "erased":
      case "withheld":
        return this.#removed(step);
      case "measured":
      case "logged":
      case "submitted":
      case "final":
        return undefined;
      case "accessed":
      case "disclosed":
      case "noted":
      case "provided":
      case "reception":
        this.#relate("used", this.#act(step), this.#record);
    }
  }

  #received(step: LineageStep): void {
    const taking = this.#act(step);
    this.#relate("wasGeneratedBy", this.#record, taking);
    if (step.says["from"] === undefined) return;
    const bytes = this.#node("entity", "received", "received bytes");
    this.#relate("used", taking, bytes);
    this.#relate("wasDerivedFrom", this.#record, bytes);
  }

  /** A copy of a picture; the one before it is no longer shown. */
  #derived(step: LineageStep): void {
    const { picture, tool, version } = step.says;
    const original = this.#node("entity", `picture-${String(picture)}`, `picture ${String(picture)}`);
    this.#relate("specializationOf", original, this.#record);
    const making = this.#act(step, this.#node("agent", `tool-${String(tool)}-${String(version)}`, String(tool)));
    this.#relate("used", making, original);
    const before = [...this.#nodes.keys()].findLast((id) => id.startsWith(`log:copy-${String(picture)}-`));
    const copy = this.#node("entity", `copy-${String(picture)}-${step.event?.id ?? ""}`, "published copy");
    this.#relate("wasGeneratedBy", copy, making);
    this.#relate("wasDerivedFrom", copy, original);
    if (before !== undefined) this.#relate("wasInvalidatedBy", before, making);
  }

  /** A translation: an entity of its own, derived from the record. */
  #translated(step: LineageStep): void {
    const making = this.#act(step);
    const translation = this.#node("entity", `translation-${step.event?.id ?? ""}`, "translation");
    this.#relate("used", making, this.#record);
    this.#relate("wasGeneratedBy", translation, making);
    this.#relate("wasDerivedFrom", translation, this.#record);
  }

  #anchored(step: LineageStep): void {
    const { treeSize } = step.says;
    const checkpoint = this.#node(
      "entity",
      `checkpoint-${String(treeSize)}`,
      `checkpoint of ${String(treeSize)} entries`,
    );
    this.#relate("hadMember", checkpoint, this.#record);
    this.#relate("used", this.#act(step), checkpoint);
  }

  /** The concealed claims, or the body, are gone; the record as an entry of the log stays. */
  #removed(step: LineageStep): void {
    const [name, label] = step.what === "erased" ? ["values", "concealed values"] : ["body", "body"];
    const removed = this.#node("entity", name, label);
    this.#relate("specializationOf", removed, this.#record);
    this.#relate("wasInvalidatedBy", removed, this.#act(step));
  }

  /** The step as an activity, and its agent. */
  #act({ what, at, event }: LineageStep, by = this.#service): string {
    const id = this.#node("activity", `${what}-${event?.id ?? "record"}`, what, at);
    this.#relate("wasAssociatedWith", id, by);
    return id;
  }

  #node(kind: NodeKind, name: string, label: string, at?: number): string {
    const id = `log:${name.replaceAll(/[^A-Za-z0-9._~-]/g, (sign) => encodeURIComponent(sign))}`;
    this.#nodes.set(id, { id, kind, label, ...(at !== undefined && { at }) });
    return id;
  }

  #relate(kind: Relation, from: string, to: string): void {
    if (!this.#edges.some((one) => one.kind === kind && one.from === from && one.to === to))
      this.#edges.push({ from, to, kind });
  }
}
