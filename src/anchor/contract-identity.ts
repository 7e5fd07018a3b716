/**
 * Which contract the log is anchored in: made sure of before a round, adopted when the settings name another one, deployed
 * where a local chain has none.
 *
 * A local chain that was restarted empty is ordinary for researchers: it is noticed by its first block or the missing
 * contract, and answered by a new deployment. On any other chain that is a reason to stop.
 */
import type { Chain } from "../chain/chain.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { logIdOf } from "../core/record.ts";
import type { AnchorJournal, AnchorState, StoredContract } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";

/** What identifying works with. */
export interface IdentityParts {
  readonly store: AnchorJournal & Pick<LogStore, "origin">;
  readonly chain: Chain;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** Another contract than before is used from here on. */
export type ContractChange =
  | { readonly change: "adopted" }
  | { readonly change: "deployed"; readonly chainWasLost: boolean; readonly orphaned: number };

/** A chain that answers is asked again who it is. */
const ASKED_EVERY_MS = 60_000;

/** The memory of who the chain said it is. */
export class ContractIdentity {
  readonly #parts: IdentityParts;
  #askedAt: number | undefined;
  /** A deployment that is not in use yet: what came after it failed. */
  #deployed: ContractChange | undefined;

  constructor(parts: IdentityParts) {
    this.#parts = parts;
  }

  /** Whether it was asked a moment ago. */
  get isKnown(): boolean {
    const { now } = this.#parts;
    return this.#askedAt !== undefined && Math.abs(now() - this.#askedAt) < ASKED_EVERY_MS;
  }

  /** Somebody else may answer now: it is asked again at the next look. */
  doubt(): void {
    this.#askedAt = undefined;
  }

  /**
   * Makes sure that contract and store fit.
   * @returns what changed, if anything did
   * @throws CHAIN_WRONG, CHAIN_UNREACHABLE, STORE_FAILED; what deploying throws
   */
  async ensure(): Promise<ContractChange | undefined> {
    const { store, chain } = this.#parts;
    const known = await store.contract();
    if (known && known.chainId !== chain.chainId)
      wrong(`this log is anchored on chain ${known.chainId}, the endpoint serves ${chain.chainId}`);
    // The code of a contract changes only with the chain under it, so what was compared is not asked for at every round.
    // Nothing rests on its being there in between: the contract's head must be one of this log before anything is signed,
    // and whoever signs asks for the chain's id. A local chain is started anew as a matter of course.
    if (!chain.isLocal && known?.contract === chain.contract && this.isKnown) return undefined;
    if (!(await chain.hasContract())) {
      if (!chain.isLocal) wrong(`there is no contract at ${chain.contract} on chain ${chain.chainId}`);
      return this.#deployAgain(known !== undefined);
    }
    if (known?.contract !== chain.contract) return this.#adopt();
    return (await this.#isSameChain(known)) ? undefined : this.#deployAgain(true);
  }

  /**
   * Whether chain and contract are those that the log has been anchored in; asked again now and then.
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
    // By its hash alone: headers of a fork that cannot be read keep nobody from taking records.
    const [genesis, codeHash] = [await chain.blockHashAt(0), await chain.codeHash()];
    if (genesis === undefined) throw new WarifuError("CHAIN_UNREACHABLE", "the chain's node has no first block");
    return { genesis, codeHash };
  }

  /** A contract that was not used before must be one for this log: an empty one would take any log's head. */
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

  /** Anchors in a contract that is used no longer. */
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
