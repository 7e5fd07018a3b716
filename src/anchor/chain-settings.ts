/** What the settings say about the chain's blocks and transactions. */
import { WarifuError } from "../core/errors.ts";

/** See `.env.example`. */
export interface ChainRules {
  /** If the chain names no final block: how many blocks on top make a block final. 0: every block is, when it is there. */
  readonly confirmations: number | undefined;
  /** Addresses of those who seal the chain's blocks, lower case, for the policy. */
  readonly validators: readonly string[] | undefined;
  /** That of the chain's time by default. */
  readonly transactionType: 0 | 1 | 2 | undefined;
}

/** The settings by their names. */
interface NamedSettings {
  readonly WARIFU_FINALITY?: string | undefined;
  readonly WARIFU_CONFIRMATIONS?: number | undefined;
  readonly WARIFU_VALIDATORS?: readonly string[] | undefined;
  readonly WARIFU_TRANSACTION_TYPE?: "0" | "1" | "2" | undefined;
}

/** When a block is final, as settings, policies and the status write it. */
export const FINALITY: RegExp = /^(?:tag|bft|depth:(?:[1-9][0-9]{0,4}|100000))$/;

/** @throws CONFIG_INVALID when it is said twice when a block is final */
export function chainRulesIn(s: NamedSettings): ChainRules {
  if (s.WARIFU_FINALITY !== undefined && s.WARIFU_CONFIRMATIONS !== undefined)
    throw new WarifuError(
      "CONFIG_INVALID",
      "WARIFU_FINALITY and WARIFU_CONFIRMATIONS both say when a block is final: keep the first",
    );
  const type = s.WARIFU_TRANSACTION_TYPE;
  return {
    confirmations: s.WARIFU_CONFIRMATIONS ?? confirmationsIn(s.WARIFU_FINALITY ?? "tag"),
    validators: s.WARIFU_VALIDATORS?.map((address) => address.toLowerCase()),
    transactionType: type === undefined ? undefined : (Number(type) as 0 | 1 | 2),
  };
}

function confirmationsIn(finality: string): number | undefined {
  if (finality === "tag") return undefined;
  return finality === "bft" ? 0 : Number(finality.slice("depth:".length));
}
