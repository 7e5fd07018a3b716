/**
 * Events about what people may see of a record: that somebody reported it; that it is held back, hidden, or shown after all;
 * that its author appealed, and the outcome. Each step is an event, so that nobody can be silenced unseen: which rule,
 * whether a program or a person decided, and when a decision was due. Reasons in words, and who reported, are concealed.
 */
import type { Body } from "./body.ts";
import { DISCLOSURE_CONTENT } from "./disclosure-event.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const MODERATION_VCT = "warifu:moderation:1";
/** Name of the concealed claim. */
export const MODERATION_CLAIM = "about";

/** Code of a rule. */
export const RULE = /^[a-z][a-z0-9-]{0,63}$/;

/** The possible steps. */
export const MODERATION_STEPS = [
  ...(["reported", "held", "hidden", "kept", "appealed", "upheld", "restored"] as const),
] as const;
export type ModerationStep = (typeof MODERATION_STEPS)[number];

/** Who took a step: a program, somebody who decides for the operator, the record's author, or anybody else. */
export const MODERATION_ROLES = ["automatic", "moderator", "author", "member"] as const;
export type ModerationRole = (typeof MODERATION_ROLES)[number];

/** Who may take which step. A program may only hold something back until somebody has looked. */
export const TAKEN_BY: Readonly<Record<ModerationStep, readonly ModerationRole[]>> = {
  reported: ["member", "moderator"],
  held: ["automatic", "moderator"],
  hidden: ["moderator"],
  kept: ["moderator"],
  appealed: ["author"],
  upheld: ["moderator"],
  restored: ["moderator"],
};

/** Steps after which somebody has to decide, by the time that the event names. */
export const AWAITS_DECISION: ReadonlySet<ModerationStep> = new Set(["reported", "held", "appealed"]);

/** What an event says in clear. */
export interface Moderation {
  readonly by: ModerationRole;
  /** For steps after which somebody has to decide: the last second for that, POSIX. */
  readonly due?: number;
  /** Leaf index of the record. */
  readonly record: number;
  /** Code of the rule that is at stake. */
  readonly rule: string;
  /** Version of the rules. */
  readonly rules: number;
  readonly step: ModerationStep;
}

/** The concealed part, which only the vault holds. */
export interface ModerationWords {
  /** Pseudonym of the account that took the step. */
  readonly account?: string;
  /** What was reported, the statement of reasons, or the appeal. */
  readonly text?: string;
}

/** Whether a body is that of such an event. */
export function isModeration({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === DISCLOSURE_CONTENT && vct === MODERATION_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, one of the wrong form, or a step that the one who took it may not take
 */
export function moderationOf({ content, digests }: Pick<Body, "content" | "digests">): Moderation {
  const reader = new ObjectReader(content, "moderation", "BODY_INVALID");
  const step = memberOf(reader, "step", MODERATION_STEPS);
  const moderation = {
    by: memberOf(reader, "by", TAKEN_BY[step]),
    ...(AWAITS_DECISION.has(step) && { due: reader.count("due") }),
    record: reader.count("record"),
    rule: reader.string("rule", RULE),
    rules: reader.count("rules"),
    step,
  };
  reader.end();
  if (digests.length === 0) reader.fail("about", "is concealed in such an event, also where nothing was said");
  return moderation;
}

function memberOf<T extends string>(reader: ObjectReader, name: string, allowed: readonly T[]): T {
  const given = reader.string(name);
  return allowed.find((one) => one === given) ?? reader.fail(name, `is one of ${allowed.join(", ")}`);
}

/** What was concealed of such an event; `undefined` if it has another form. */
export function moderationWordsIn(claims: JsonObject): ModerationWords | undefined {
  const about = claims[MODERATION_CLAIM];
  if (about === undefined || !isJsonObject(about)) return undefined;
  const { account, text } = about;
  if (account !== undefined && typeof account !== "string") return undefined;
  if (text !== undefined && typeof text !== "string") return undefined;
  return { ...(account !== undefined && { account }), ...(text !== undefined && { text }) };
}
