/**
 * Proofs of records: the bundle for a verifier, and the proof for the contract. Both are made on request, from the tree.
 */
import type { AnchoredHead, Chain } from "../chain/chain.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { Cosigner } from "../cosign/cosign.ts";
import type { Stamping } from "../cosign/stamping.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";
import type { Asker, WayOut } from "../privacy/way-out.ts";
import { comparedHead } from "../watch/compare-head.ts";
import type { Writer } from "../write/writer.ts";
import { proveToContract, type ContractProof } from "./contract-proof.ts";
import { KeptParts } from "./kept-parts.ts";
import { textOf } from "./octets.ts";
import { anchorFor, proveInOctets } from "./prove.ts";
import type { StoredParts, Records } from "./records.ts";

/** The contents that are wanted in a bundle. */
export interface BundleOptions {
  /** Who gets the openings, and of which claims: of all by default. If absent, the bundle has none. */
  readonly openTo?: Asker | undefined;
  readonly names?: ReadonlySet<string> | undefined;
  /** Uses the anchor of exactly this tree size. */
  readonly size?: number | undefined;
}

/** What a verifier may find in a proof bundle, or find lacking. */
interface ProvedTraits {
  /** Whether it opens anything. */
  readonly hasOpenings: boolean;
  /** How many cosignatures are missing from its checkpoint, of those that the service requires. */
  readonly missingCosignatures: number;
}

/** A proof bundle. */
export class ProvedRecord implements ProvedTraits {
  /** In the form in which it is sent. */
  readonly octets: string;
  readonly hasOpenings: boolean;
  readonly missingCosignatures: number;

  constructor(octets: string, { hasOpenings, missingCosignatures }: ProvedTraits) {
    this.octets = octets;
    this.hasOpenings = hasOpenings;
    this.missingCosignatures = missingCosignatures;
  }

  get text(): string {
    return textOf(this.octets);
  }
}

/** What proofs are made from. */
export interface ProofParts {
  readonly records: Records;
  readonly log: StoredParts & { readonly writer: Pick<Writer, "follow"> };
  readonly wayOut: Pick<WayOut, "openings">;
  readonly chain: Chain;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Without one, no cosignature is asked for. */
  readonly cosigner?: Cosigner | undefined;
  /** Without it, bundles have no timestamps. */
  readonly stamping?: Pick<Stamping, "timestampsOf"> | undefined;
}

const MAX_SHORTFALLS = 1_000;
const HEAD_KEPT_MS = 2_000;

/** Makes proofs. */
export class Proofs {
  readonly #parts: ProofParts;
  readonly #kept = new KeptParts();
  // Missing cosignatures by note: a note that is cosigned later is another note.
  readonly #shortfalls = new Map<string, number>();
  #headSeen: { readonly at: number; readonly head: Promise<AnchoredHead> } | undefined;

  constructor(parts: ProofParts) {
    this.#parts = parts;
  }

  /**
   * The proof bundle of a record.
   * @throws ENCODING_INVALID, NOT_FOUND, NOT_ANCHORED_YET, REQUEST_INVALID; STORE_DAMAGED also when openings are asked for
   *   that the vault has lost; as {@link WayOut.openings}
   */
  async bundle(id: string, { openTo, names, size }: BundleOptions = {}): Promise<ProvedRecord> {
    const { log, chain, wayOut } = this.#parts;
    const read = await this.#parts.records.entry(id);
    const { entry } = read;
    const anchor = await anchorFor(entry, log.store, { size, hasQuorum: (one) => this.#shortfallOf(one) === 0 });
    const { check, tree } = log;
    const openings = openTo && (await wayOut.openings(read, openTo, names));
    const timestamps = this.#parts.stamping?.timestampsOf(anchor.treeSize, anchor.note);
    const options = { openings, chain, kept: this.#kept, check, timestamps };
    const octets = await asStored(() => proveInOctets(entry, anchor, log.store, tree, options), entry.leafIndex);
    const missingCosignatures = this.#shortfallOf(anchor);
    return new ProvedRecord(octets, { hasOpenings: hasAny(openings), missingCosignatures });
  }

  /**
   * The proof of a record for the contract's own `verifyInclusion`, against its present head.
   * @throws ENCODING_INVALID, NOT_FOUND, NOT_ANCHORED_YET, CHAIN_UNREACHABLE, STORE_DAMAGED; as {@link comparedHead}
   */
  async forContract(id: string): Promise<ContractProof & { readonly chainId: number; readonly contract: string }> {
    const { log, chain } = this.#parts;
    const { entry } = await this.#parts.records.entry(id);
    const proof = await proveToContract(entry, await this.#contractHead(), log.tree);
    return { chainId: chain.chainId, contract: chain.contract, ...proof };
  }

  /** The contract's head is remembered for a moment: everybody may ask, and each look costs a request to the node. */
  #contractHead(): Promise<AnchoredHead> {
    const { now, chain, log } = this.#parts;
    const age = now() - (this.#headSeen?.at ?? -Infinity);
    if (this.#headSeen && age >= 0 && age < HEAD_KEPT_MS) return this.#headSeen.head;
    const head = comparedHead({ chain, tree: log.tree, follow: () => log.writer.follow() });
    this.#headSeen = { at: now(), head };
    return head;
  }

  /** How many cosignatures an anchor's note lacks; remembered, since counting costs a verification for each witness. */
  #shortfallOf({ note }: StoredAnchor): number {
    const { cosigner } = this.#parts;
    const quorum = cosigner?.policy.quorum ?? 0;
    if (cosigner === undefined || quorum === 0) return 0;
    const known = this.#shortfalls.get(note);
    if (known !== undefined) return known;
    if (this.#shortfalls.size >= MAX_SHORTFALLS) this.#shortfalls.clear();
    const shortfall = Math.max(0, quorum - cosigner.cosignaturesOn({ note }));
    this.#shortfalls.set(note, shortfall);
    return shortfall;
  }
}

function hasAny(openings: readonly string[] | undefined): boolean {
  return openings !== undefined && openings.length > 0;
}

/** An error of parsing here concerns what the store returned, so it is never the requester's fault. */
async function asStored<T>(read: () => Promise<T>, leafIndex: number): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const isFormat = cause instanceof SyntaxError || /_(INVALID|MISMATCH)$/.test(codeOf(cause) ?? "");
    if (!isFormat) throw cause;
    throw new WarifuError("STORE_DAMAGED", `what is stored for the proof of leaf ${leafIndex} does not fit together`, {
      cause,
      details: { leafIndex },
    });
  }
}
