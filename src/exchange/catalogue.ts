/**
 * The catalogue of what the city has to offer and exchanges, as DCAT-AP (https://semiceu.github.io/DCAT-AP/) in JSON-LD: open
 * data sets, de-identified tables, and what went to or came from which country. Each has a proof: the anchor of the tree that
 * holds all of it, or the event of the log that says so. It tells nothing that the public log does not.
 */
import type { JsonObject } from "../core/json.ts";
import { formatRecordId } from "../core/record-id.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { EnteredProvision, EnteredReception } from "../events/provision.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";
import type { OpenLog } from "../write/open-log.ts";
import { entryAt } from "./openings.ts";

/** Media type of the document. */
export const JSON_LD = "application/ld+json";

const CONTEXT: JsonObject = {
  adms: "http://www.w3.org/ns/adms#",
  dcat: "http://www.w3.org/ns/dcat#",
  dct: "http://purl.org/dc/terms/",
  foaf: "http://xmlns.com/foaf/0.1/",
  prov: "http://www.w3.org/ns/prov#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
  proof: { "@id": "prov:wasGeneratedBy" },
  treeSize: "urn:warifu:terms:treeSize",
  rootHash: "urn:warifu:terms:rootHash",
  chainId: "urn:warifu:terms:chainId",
  contract: "urn:warifu:terms:contract",
  transaction: "urn:warifu:terms:transaction",
  records: "urn:warifu:terms:records",
};
const ACCESS = "http://publications.europa.eu/resource/authority/access-right/";
const MEDIA = "http://www.iana.org/assignments/media-types/";
const GREGORIAN = "xsd:dateTime";

export type CatalogueParts = Pick<OpenLog, "store" | "check" | "events" | "profiles">;

/** One data set of the exchange: records of one direction, type, and country of the other side. */
interface Flow {
  readonly way: "given" | "received";
  readonly country: string;
  readonly type: string;
  readonly bases: ReadonlySet<string>;
  readonly count: number;
  readonly newest: EnteredProvision | EnteredReception;
}

/** The catalogue of one log. */
export class Catalogue {
  readonly #parts: CatalogueParts;
  readonly #types = new Map<number, string>();

  constructor(parts: CatalogueParts) {
    this.#parts = parts;
  }

  /**
   * The document.
   * @param base address at which whoever asks reaches the service
   * @param publisher name of whoever is responsible; otherwise the log's
   * @throws STORE_DAMAGED, STORE_FAILED
   */
  async document(base: string, publisher = this.#parts.store.origin): Promise<JsonObject> {
    const anchor = await this.#parts.store.newestFinalAnchor();
    const of = { base, publisher: { "@type": "foaf:Agent", "foaf:name": publisher } };
    const datasets = [...this.#open(of, anchor), ...(await this.#tables(of)), ...(await this.#exchanged(of))];
    return {
      "@context": CONTEXT,
      "@id": `${base}/v1/catalogue`,
      "@type": "dcat:Catalog",
      "dct:title": `Data sets of ${publisher}`,
      "dct:description":
        "Open data sets, de-identified tables, and records exchanged with other cities; each with a proof.",
      "dct:publisher": of.publisher,
      "dcat:dataset": datasets,
    };
  }

  /** What is public of the records of each type. */
  #open({ base, publisher }: Of, anchor: StoredAnchor | undefined): JsonObject[] {
    return [...this.#parts.profiles.values()].map(({ document: { type, title, version, public: open } }) => ({
      "@id": `${base}/v1/catalogue#records-${type}`,
      "@type": "dcat:Dataset",
      "dct:identifier": `records-${type}`,
      "dct:title": title,
      "dct:description": `Records of the type ${type}: ${open === "*" ? "every claim" : `the claims ${open.join(", ")}`}.`,
      "dct:publisher": publisher,
      "adms:version": String(version),
      "dct:accessRights": { "@id": `${ACCESS}PUBLIC` },
      "dcat:distribution": [
        distribution("Records", `${base}/v1/records?type=${encodeURIComponent(type)}`, "application/json"),
        distribution("The log, for whoever checks all of it", `${base}/log/checkpoint`, "text/plain"),
      ],
      ...(anchor && { proof: anchorProof(base, anchor) }),
    }));
  }

  /** De-identified tables: that they were made, and by which limits. */
  async #tables({ base, publisher }: Of): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    for (const table of this.#parts.events.deidentifications.all) {
      const { id, at } = await this.#event(table.leafIndex);
      const { profile, from, to, k, l, rows } = table;
      found.push({
        "@id": `${base}/v1/catalogue#table-${id}`,
        "@type": "dcat:Dataset",
        "dct:identifier": `table-${id}`,
        "dct:title": `De-identified table of ${profile}, ${from} to ${to}`,
        "dct:description": `Cells of at least ${k} people and ${l} values, ${rows} records. Ask the publisher for the file.`,
        "dct:publisher": publisher,
        "dct:issued": { "@type": GREGORIAN, "@value": at },
        "dct:temporal": { "@type": "dct:PeriodOfTime", "dcat:startDate": from, "dcat:endDate": to },
        "dct:accessRights": { "@id": `${ACCESS}PUBLIC` },
        proof: eventProof(base, id),
      });
    }
    return found;
  }

  /** What went to, or came from, which country. With whom is no matter of the public log. */
  async #exchanged({ base, publisher }: Of): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    for (const { way, country, type, bases, count, newest } of await this.#flows()) {
      const { id, at } = await this.#event(newest.leafIndex);
      const name = `${way}-${country.toLowerCase()}-${type}`;
      found.push({
        "@id": `${base}/v1/catalogue#${name}`,
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": `Records of the type ${type} ${way === "given" ? "given to" : "received from"} ${country}`,
        "dct:description": `On ${[...bases].sort().join(", ")}; each record has an event of its own in the log.`,
        "dct:publisher": publisher,
        "dct:modified": { "@type": GREGORIAN, "@value": at },
        "dct:accessRights": { "@id": `${ACCESS}NON_PUBLIC` },
        records: count,
        proof: eventProof(base, id),
      });
    }
    return found;
  }

  async #flows(): Promise<readonly Flow[]> {
    const flows = new Map<string, Flow>();
    for (const entered of this.#parts.events.provisions.inOrder) {
      const way = "origin" in entered ? "received" : "given";
      const type = await this.#typeOf(entered.record);
      const name = [way, entered.country, type].join(" ");
      const known = flows.get(name);
      flows.set(name, {
        ...{ way, country: entered.country, type, newest: entered, count: (known?.count ?? 0) + 1 },
        bases: new Set([...(known?.bases ?? []), entered.basis]),
      });
    }
    return [...flows.values()];
  }

  async #typeOf(record: number): Promise<string> {
    const known = this.#types.get(record);
    if (known !== undefined) return known;
    const body = await this.#parts.check.bodyOf(await entryAt(record, this.#parts));
    const type = body?.vct.split(":")[1] ?? "unknown";
    this.#types.set(record, type);
    return type;
  }

  async #event(leafIndex: number): Promise<{ readonly id: string; readonly at: string }> {
    const entry = await entryAt(leafIndex, this.#parts);
    const body = await this.#parts.check.bodyOf(entry);
    return { id: formatRecordId(entry.id), at: formatSecond(body?.iat ?? 0) };
  }
}

interface Of {
  readonly base: string;
  readonly publisher: JsonObject;
}

function distribution(title: string, url: string, type: string): JsonObject {
  return {
    "@type": "dcat:Distribution",
    "dct:title": title,
    "dcat:accessURL": { "@id": url },
    "dcat:mediaType": { "@id": `${MEDIA}${type}` },
  };
}

/** The tree that was anchored holds every record that the log had by then. */
function anchorProof(base: string, { anchorId, treeSize, rootHash, chainId, contract, transactionHash }: StoredAnchor) {
  return {
    "@id": `${base}/v1/anchors/${anchorId}`,
    "@type": "prov:Activity",
    ...{ treeSize, rootHash: Buffer.from(rootHash).toString("hex"), chainId, contract, transaction: transactionHash },
  };
}

/** Its bundle is checked like every other one. */
function eventProof(base: string, id: string): JsonObject {
  return { "@id": `${base}/v1/records/${id}/bundle`, "@type": "prov:Activity" };
}
