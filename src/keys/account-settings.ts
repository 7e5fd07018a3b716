/** The settings that name the account which sends anchors: one of three ways to do so. */
import { resolve } from "node:path";
import { WarifuError } from "../core/errors.ts";
import type { SignerOptions } from "./account-keys.ts";

/** The settings of one way belong together. */
const WAYS = [
  ["WARIFU_ANCHOR_KEY"],
  ["WARIFU_ANCHOR_KEYSTORE", "WARIFU_ANCHOR_PASSWORD_FILE"],
  ["WARIFU_ANCHOR_SIGNER_URL", "WARIFU_ANCHOR_ADDRESS"],
] as const;

type AccountSettings = { readonly [name in (typeof WAYS)[number][number]]?: string | undefined } & {
  readonly WARIFU_FRONT_END?: "on" | "off" | undefined;
};

/** For a message. */
export const WAYS_TO_NAME_ACCOUNT = WAYS.map((names) => names.join(" with ")).join(", or ");

/**
 * The account that the settings name; `undefined` if they name none. A front end anchors nothing: its address is enough there.
 * @throws CONFIG_INVALID if one way is incomplete, or if there is more than one
 */
export function accountIn(s: AccountSettings): SignerOptions | undefined {
  const begun = WAYS.filter((names) => names.some((name) => s[name] !== undefined));
  const { WARIFU_ANCHOR_SIGNER_URL: url, WARIFU_ANCHOR_ADDRESS: account } = s;
  if (s.WARIFU_FRONT_END === "on" && begun.length === 1 && account !== undefined && url === undefined)
    return { kind: "named", address: account.toLowerCase() };
  const missing = begun.flatMap((names) => names.filter((name) => s[name] === undefined));
  if (missing.length > 0)
    throw new WarifuError(
      "CONFIG_INVALID",
      `the anchoring account is only half configured: ${missing.join(", ")} is missing`,
    );
  if (begun.length > 1)
    throw new WarifuError(
      "CONFIG_INVALID",
      `the anchoring account is named more than once: keep one of ${begun.map((names) => names.join(" with ")).join(", ")}`,
    );
  const { WARIFU_ANCHOR_KEY: key, WARIFU_ANCHOR_KEYSTORE: keystore, WARIFU_ANCHOR_PASSWORD_FILE: passwordFile } = s;
  if (key !== undefined) return { kind: "key", key };
  if (keystore !== undefined && passwordFile !== undefined)
    return { kind: "keystore", keystore: resolve(keystore), passwordFile: resolve(passwordFile) };
  if (url !== undefined && account !== undefined) return { kind: "external", url, address: account.toLowerCase() };
  return undefined;
}
