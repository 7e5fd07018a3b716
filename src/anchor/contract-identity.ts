/**
 * Which contract the log is anchored in: checked before a round, adopted when the settings name a different one, and
 * deployed if a local chain has none.
 *
 * For researchers, a local chain that restarts empty is normal: it shows in the first block or the missing contract, and
 * is answered by a new deployment. On any other chain it is a reason to stop.
 */
import type { Chain } from "../chain/chain.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { logIdOf } from "../core/record.ts";
import type { AnchorJournal, AnchorState, StoredContract } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";

/** What the check works with. */
export interface IdentityParts {
  readonly store: AnchorJournal & Pick<LogStore, "origin">;
  readonly chain: Chain;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** From here on, the log uses a different contract. */
export type ContractChange =
  | { readonly change: "adopted" }
  | { readonly change: "deployed"; readonly chainWasLost: boolean; readonly orphaned: number };

/** How often the identity of an answering chain is checked again. */
const ASKED_EVERY_MS = 60_000;

/** Remembers which chain and contract were identified. */
export class ContractIdentity {
  readonly #parts: IdentityParts;
  #askedAt: number | undefined;
  /** A deployment that is not in use yet because a later step failed. */
  #deployed: ContractChange | undefined;

  constructor(parts: IdentityParts) {
    this.#parts = parts;
  }

  /** Whether the chain was identified recently. */
  get isKnown(): boolean {
    const { now } = this.#parts;
    return this.#askedAt !== undefined && Math.abs(now() - this.#askedAt) < ASKED_EVERY_MS;
  }

  /** The node may have changed: identify it again at the next look. */
  doubt(): void {
    this.#askedAt = undefined;
  }

  /**
   * Makes sure that contract and store match.
   * @returns what changed, if anything did
   * @throws CHAIN_WRONG, CHAIN_UNREACHABLE, STORE_FAILED; what deploying throws
   */
  async ensure(): Promise<ContractChange | undefined> {
    const { store, chain } = this.#parts;
    const known = await store.contract();
    if (known && known.chainId !== chain.chainId)
      wrong(`this log is anchored on chain ${known.chainId}, the endpoint serves ${chain.chainId}`);
    // A contract's code changes only if the chain under it changes, so it is not compared again at every round. Nothing
    // depends on the code in between: before anything is signed, the contract's head must be one of this log, and the
    // signer asks for the chain id. A local chain, however, may be restarted at any time.
    if (!chain.isLocal && known?.contract === chain.contract && this.isKnown) return undefined;
    if (!(await chain.hasContract())) {
      if (!chain.isLocal) wrong(`there is no contract at ${chain.contract} on chain ${chain.chainId}`);
      return this.#deployAgain(known !== undefined);
    }
    if (known?.contract !== chain.contract) return this.#adopt();
    return (await this.#isSameChain(known)) ? undefined : this.#deployAgain(true);
  }

  /**
   * Whether chain and contract are the ones that the log has been anchored in; checked again from time to time.
   * @throws CHAIN_WRONG unless the chain is local
   */
  async #isSameChain(known: StoredContract): Promise<boolean> {
    const { chain, now } = this.#parts;
    if (this.isKnown) return true;
    const { genesis, codeHash } = await this.#ask();
    if (genesis !== known.genesis && chain.isLocal) return false;
    if (genesis !== known.genesis) wrong(`the chain begins with block ${genesis}, not with ${known.genesis}`);
    if (codeHash !== known.codeHash)
      wrong(`the code at ${chain.contract} has the hash ${codeHash}, not ${known.codeHash}`);
    this.#askedAt = now();
    return true;
  }

  async #ask(): Promise<{ readonly genesis: string; readonly codeHash: string }> {
    const { chain } = this.#parts;
    // Ask by hash alone: an unreadable header of a fork must not keep the service from taking records.
    const [genesis, codeHash] = [await chain.blockHashAt(0), await chain.codeHash()];
    if (genesis === undefined) throw new WarifuError("CHAIN_UNREACHABLE", "the chain's node has no first block");
    return { genesis, codeHash };
  }

  /** A contract that is new to this log must have been deployed for it: an empty contract would accept any log's head. */
  async #adopt(): Promise<ContractChange> {
    const { store, chain } = this.#parts;
    if (!equalBytes(await chain.logId(), logIdOf(store.origin)))
      wrong(
        `the contract at ${chain.contract} was deployed for another log than ${store.origin}: set WARIFU_CONTRACT or WARIFU_ORIGIN`,
      );
    await this.#giveUp(["pending", "submitted", "included"]);
    return this.#use(this.#deployed ?? { change: "adopted" });
  }

  async #deployAgain(chainWasLost: boolean): Promise<ContractChange> {
    const { store, chain } = this.#parts;
    const orphaned = await this.#giveUp(["pending", "submitted", "included", "finalized"]);
    await chain.deploy(logIdOf(store.origin));
    this.#deployed = { change: "deployed", chainWasLost, orphaned };
    return this.#use(this.#deployed);
  }

  /** Gives up anchors in a contract that is no longer used. */
  async #giveUp(states: readonly AnchorState[]): Promise<number> {
    const { store } = this.#parts;
    const lost = await store.anchorsIn(states);
    for (const { anchorId } of lost) await store.updateAnchor(anchorId, { state: "orphaned" });
    return lost.length;
  }

  async #use(change: ContractChange): Promise<ContractChange> {
    const { store, chain, now } = this.#parts;
    const { treeSize: startSize } = await chain.head();
    const { chainId, contract } = chain;
    await store.setContract({ chainId, contract, startSize, ...(await this.#ask()) });
    this.#askedAt = now();
    this.#deployed = undefined;
    return change;
  }
}

function wrong(message: string): never {
  throw new WarifuError("CHAIN_WRONG", message);
}
