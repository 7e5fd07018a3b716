/** Each `WARIFU_…` setting with its range and default, as `.env.example` describes it. */

import { z } from "zod";
import { ether } from "./anchor/ether-setting.ts";
import { FINALITY } from "./anchor/chain-settings.ts";
import { DEFAULT_MAX_SEQ_GAP } from "./write/batch-numbering.ts";

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const count = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback);
const onOff = z.enum(["on", "off"]).default("on");
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an address: 0x and 40 hexadecimal digits");
const accounts = z
  .string()
  .transform((text) => text.split(",").map((item) => item.trim()))
  .pipe(z.array(address).min(1));
const privateKey = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "must be a private key: 0x and 64 hexadecimal digits");

/** POSIX seconds. */
const instant = z.iso
  .datetime({ offset: true, error: "must be a time such as 2027-01-01T00:00:00Z" })
  .transform((text) => Math.ceil(Date.parse(text) / 1_000));

/** One or more, separated by commas. */
const addresses = z
  .string()
  .transform((text) => text.split(",").map((url) => url.trim()))
  .pipe(
    z
      .array(z.url({ protocol: /^https?$/ }))
      .min(1)
      .max(9),
  );
/** By name. */
export const SETTINGS = z.object({
  WARIFU_DATA_DIR: z.string().default("data"),
  WARIFU_LOGS: z.string().optional(),
  WARIFU_DATABASE: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }).optional(),
  WARIFU_FRONT_END: z.enum(["on", "off"]).default("off"),
  WARIFU_ORIGIN: z.string().default("warifu.localhost/ledger"),
  WARIFU_TAKES_FROM: instant.optional(),
  WARIFU_TAKES_UNTIL: instant.optional(),
  WARIFU_SUCCESSOR: z.string().optional(),
  WARIFU_HTTP_HOST: z.string().default("127.0.0.1"),
  WARIFU_HTTP_PORT: port(8080),
  WARIFU_PUBLIC_URL: addresses.optional(),
  WARIFU_DESK_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_SESSION_SECONDS: seconds(43_200),
  WARIFU_SESSION_IDLE_SECONDS: seconds(1_800),
  WARIFU_OIDC: z.string().optional(),
  WARIFU_RPC_URL: addresses.optional(),
  WARIFU_CHAIN_ID: z.coerce.number().int().min(1).optional(),
  WARIFU_CHAIN_PORT: port(8545),
  WARIFU_CONTRACT: address.optional(),
  WARIFU_ANCHOR_KEY: privateKey.optional(),
  WARIFU_ANCHOR_KEYSTORE: z.string().optional(),
  WARIFU_ANCHOR_PASSWORD_FILE: z.string().optional(),
  WARIFU_ANCHOR_SIGNER_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_ANCHOR_ADDRESS: address.optional(),
  WARIFU_ANCHOR_RECORDS: count(4_096, 2 ** 26),
  WARIFU_ANCHOR_SECONDS: seconds(5),
  WARIFU_ANCHOR_JITTER: z.coerce.number().min(0).max(1).default(0.25),
  WARIFU_ANCHOR_BUMP_SECONDS: seconds(48),
  WARIFU_MAX_ANCHOR_COST: ether("0.01"),
  WARIFU_MAX_DAILY_COST: ether("0.1"),
  WARIFU_MIN_BALANCE: ether("0.05"),
  WARIFU_CHAIN_POLL_SECONDS: seconds(1),
  WARIFU_FINALITY: z.string().regex(FINALITY, "must be tag, depth: and 1 to 100000, or bft").optional(),
  WARIFU_VALIDATORS: accounts.optional(),
  WARIFU_TRANSACTION_TYPE: z.enum(["0", "1", "2"]).optional(),
  WARIFU_CONFIRMATIONS: z.coerce.number().int().min(1).max(100_000).optional(),
  WARIFU_MAX_HEAD_AGE_SECONDS: seconds(180),
  WARIFU_MAX_FINALITY_AGE_SECONDS: seconds(3_600),
  WARIFU_MAX_ANCHOR_LAG_SECONDS: seconds(600),
  WARIFU_WITNESSES: z.string().optional(),
  WARIFU_WITNESS_QUORUM: z.coerce.number().int().min(0).max(15).default(0),
  WARIFU_WITNESS_SECONDS: seconds(60),
  WARIFU_WITNESS_TIMEOUT_SECONDS: seconds(5),
  WARIFU_TSA: z.string().optional(),
  WARIFU_TSA_SECONDS: seconds(60),
  WARIFU_LOG_KEY_FILE: z.string().optional(),
  WARIFU_VAULT_KEY_FILE: z.string().optional(),
  WARIFU_VAULT_KEY: z.string().optional(),
  WARIFU_VAULT_KEY_COMMAND: z.string().optional(),
  WARIFU_ISSUER_KEY_FILE: z.string().optional(),
  WARIFU_API_KEYS_FILE: z.string().optional(),
  WARIFU_POLICY_FILE: z.string().optional(),
  WARIFU_HEAD_FILE: z.string().optional(),
  WARIFU_PROFILES_DIR: z.string().optional(),
  WARIFU_JURISDICTION: z.string().default("eu"),
  WARIFU_LAWS: z.string().optional(),
  WARIFU_CITY: z.string().optional(),
  WARIFU_CONNECTORS: z.string().optional(),
  WARIFU_OPEN311: z.string().optional(),
  WARIFU_MODERATION_RULES: z.string().optional(),
  WARIFU_PROCESSING_DIR: z.string().optional(),
  WARIFU_REDACTOR_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_REDACTOR_LOGIN_FILE: z.string().optional(),
  WARIFU_TRANSLATION: z.string().optional(),
  WARIFU_LOG_STORAGE: z.string().optional(),
  WARIFU_MIRRORS: z.string().optional(),
  WARIFU_MAX_BATCH: count(4_096, 65_536),
  WARIFU_MAX_QUEUE: count(65_536, 1_048_576),
  WARIFU_RATE_PER_MINUTE: count(600_000, 1_000_000_000),
  WARIFU_MAX_CONNECTIONS_PER_ADDRESS: count(256, 1_000_000),
  WARIFU_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(16).default(0),
  WARIFU_OPENINGS_PER_MINUTE: count(600, 1_000_000_000),
  WARIFU_MAX_SEQ_GAP: count(DEFAULT_MAX_SEQ_GAP, 2 ** 52),
  WARIFU_SOURCE_RECORDS_PER_SECOND: z.coerce.number().positive().max(1_000_000).optional(),
  WARIFU_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  WARIFU_FEED: onOff,
  // Read by the command line; listed here so that a typing error elsewhere is noticed.
  WARIFU_LOG: z.string().optional(),
  WARIFU_URL: z.url({ protocol: /^https?$/ }).optional(),
  WARIFU_API_KEY: z.string().optional(),
  WARIFU_ADMIN_KEY: privateKey.optional(),
});

/** Every setting, parsed. */
export type Settings = z.infer<typeof SETTINGS>;

/** Whether there is a setting of that name. */
export const isSetting = (name: string): boolean => Object.hasOwn(SETTINGS.shape, name);

/** What is wrong with a setting, where the check does not say it itself: an error map of zod. */
export function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") return issue.expected === "int" ? "must be a whole number" : "must be a number";
  if (issue.code === "too_small") return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
  if (issue.code === "too_big")
    return issue.origin === "array" ? `names more than ${issue.maximum}` : `must be at most ${issue.maximum}`;
  if (issue.code === "invalid_value") return `must be ${issue.values.map(String).join(" or ")}`;
  if (issue.code === "invalid_format" && issue.format === "url") return "must be an http or https address";
  return undefined;
}
