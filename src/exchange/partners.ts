/**
 * The cities that records are exchanged with: each is a recipient of the register, with an endpoint, the policy for its log,
 * and what goes to it. They are kept in one file of the data folder, which also holds the keys for their endpoints, so it is for
 * the service alone.
 */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../core/json.ts";
import { formatPolicy, parsePolicy, type Policy } from "../core/policy.ts";
import { LINE } from "../core/recipient.ts";
import { PURPOSE } from "../core/restriction-event.ts";
import { utf8 } from "../core/bytes.ts";
import { RECEIVED_FROM } from "../privacy/transfer-gate.ts";
import { writeWholeFile } from "../files/whole-file.ts";

/** When a record of a type goes: always, if its theme is shared, or if it is about a record that was exchanged. */
export const WHEN = ["always", "shared-theme", "about-exchanged"] as const;

const share = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** Concealed claims that are opened for the partner. */
  claims: z.array(z.string().min(1).max(64)).max(64).readonly(),
  when: z.enum(WHEN),
  /** Whether everybody whom it is about must consent, to the purpose and to be published, whatever the law asks for. */
  consent: z.boolean(),
  /** Whether the copies of its pictures go that everybody may see. */
  pictures: z.boolean().default(false),
});
/** Records of a type that go to a partner. */
export type Share = z.output<typeof share>;

/** What a city exchanges unless somebody says otherwise: no account, no owner, no exact place. */
export const DEFAULT_SHARES: readonly Share[] = [
  {
    ...{ type: "city-theme", claims: ["titles", "texts", "notices", "question"] },
    ...{ when: "shared-theme", consent: false, pictures: false },
  },
  {
    ...{ type: "citizen-report", claims: ["text", "language", "reportedAt"] },
    ...{ when: "shared-theme", consent: true, pictures: true },
  },
  {
    ...{ type: "citizen-comment", claims: ["text", "language"] },
    ...{ when: "about-exchanged", consent: true, pictures: false },
  },
  {
    ...{ type: "report-status", claims: ["text", "language"] },
    ...{ when: "about-exchanged", consent: false, pictures: false },
  },
];
/** Purpose of what goes from city to city, as notices have it. */
const DEFAULT_PURPOSE = "exchange";
/** Whatever a partner has, it shows: so people consent to that as well. */
export const PUBLISH_PURPOSE = "publish";

/** Name of the file in the data folder. */
export const PARTNERS_FILE = "partners.json";

/** Where bodies may go in clear: to this machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const cityName = z.string().trim().min(1).max(200);

/** What is said of a partner. */
export const partnerShape = {
  recipient: z.string().regex(LINE),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .refine(isConfidential, "is https, unless it is on this machine")
    .transform((text) => text.replace(/\/+$/, "")),
  policy: z.string(),
  /** Code of the city: what comes from it is of a source of that name, or else of the partner's number. */
  city: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .exactOptional(),
  /** What readers call it; its name in the register without. */
  names: z.strictObject({ en: cityName, es: cityName, ja: cityName }).exactOptional(),
  key: z
    .string()
    .regex(/^[!-~]{1,128}$/)
    .exactOptional(),
  purpose: z.string().regex(PURPOSE).default(DEFAULT_PURPOSE),
  sends: z.boolean().default(true),
  takes: z.boolean().default(true),
  shares: z.array(share).max(64).readonly().default(DEFAULT_SHARES),
};
const partnerSchema = z.strictObject(partnerShape);
const fileSchema = z.strictObject({ format: z.literal("warifu-partners/1"), partners: z.array(partnerSchema) });

/** A partner. */
export interface Partner extends Omit<z.output<typeof partnerSchema>, "policy"> {
  readonly policy: Policy;
}

/** The partners of one city. */
export class Partners {
  readonly #path: string;
  #partners: readonly Partner[];

  /** @throws CONFIG_INVALID the file is wrong */
  constructor(path: string) {
    this.#path = path;
    this.#partners = existsSync(path) ? read(path) : [];
  }

  get all(): readonly Partner[] {
    return this.#partners;
  }

  /** The one that is a recipient of that name. @throws NOT_FOUND */
  named(recipient: string): Partner {
    const found = this.#partners.find((one) => one.recipient === recipient);
    if (found) return found;
    throw new WarifuError("NOT_FOUND", "there is no partner of that name");
  }

  /** Adds one, or replaces what is said of it; its key is kept if none is given. It is durable when this returns. */
  keep(partner: Partner): void {
    const known = this.#partners.find(({ recipient }) => recipient === partner.recipient);
    const kept = { ...(known?.key !== undefined && { key: known.key }), ...partner };
    this.#write([...this.#partners.filter((one) => one !== known), kept]);
  }

  /** @throws NOT_FOUND */
  remove(recipient: string): void {
    const gone = this.named(recipient);
    this.#write(this.#partners.filter((one) => one !== gone));
  }

  #write(partners: readonly Partner[]): void {
    const said = partners.map((one) => ({ ...one, policy: formatPolicy(one.policy) }));
    const text = JSON.stringify({ format: "warifu-partners/1", partners: said }, null, 2);
    writeWholeFile(this.#path, `${text}\n`);
    this.#partners = partners;
  }
}

/** The source of what comes from a partner. */
export function sourceOf({ city }: Pick<Partner, "city">, number: number): string {
  return `${RECEIVED_FROM}${city ?? number}`;
}

/** What is said of a partner, with its policy read. @throws POLICY_INVALID */
export function partnerOf({ policy, ...rest }: z.output<typeof partnerSchema>): Partner {
  return { ...rest, policy: parsePolicy(utf8(policy)) };
}

function read(path: string): Partner[] {
  try {
    return fileSchema.parse(parseJsonBytes(readFileSync(path), "the JSON") as JsonValue).partners.map(partnerOf);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${path}: ${messageOf(cause)}`, { cause });
  }
}

function isConfidential(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || LOOPBACK.test(hostname);
}
