/** What is said of an error, in English: the message that it brings, and what a person can do. The type of the others. */
import type { ErrorCode } from "../../../core/errors.ts";
import { inEachLanguage } from "../../language.ts";

/** Errors for which there is advice that their messages do not already give. */
type Advised =
  | "SERVICE_UNREACHABLE"
  | "UNAUTHENTICATED"
  | "NOT_ANCHORED_YET"
  | "NODE_REFUSED"
  | "CHAIN_UNREACHABLE"
  | "STORE_BEHIND"
  | "STORE_FAILED";

export interface ErrorTexts {
  /** What each error is; in English its message says so itself, so there is no other word for it. */
  readonly meaning: Readonly<Record<ErrorCode, string>> | undefined;
  readonly advice: Readonly<Record<Advised, string>>;
}

const ASK_NODE = "is the chain's node running? see --rpc or WARIFU_RPC_URL";

const EN: ErrorTexts = {
  meaning: undefined,
  advice: {
    SERVICE_UNREACHABLE: "is the service running? `npx warifu start` starts it; --url or WARIFU_URL names another one",
    UNAUTHENTICATED:
      "give a key with --key-file, --key or WARIFU_API_KEY; the first ones are in api-keys.json in the data folder",
    NOT_ANCHORED_YET: "try again in a moment, or let `npx warifu prove --wait 60` wait for it",
    NODE_REFUSED: ASK_NODE,
    CHAIN_UNREACHABLE: ASK_NODE,
    STORE_BEHIND: "put the newest copy of the data folder back; nothing was written",
    STORE_FAILED: "look at the disk, then start the service again",
  },
};

export const errorTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
