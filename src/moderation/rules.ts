/** The rules by which records may be hidden from people: a JSON file of the city's, read strictly. */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { RULE } from "../core/moderation-event.ts";

/** Format of the file. */
const RULES_FORMAT = "warifu-moderation-rules/1";

const label = z.string().trim().min(1).max(200);
const hours = z.int().min(1).max(8_760);
const ruleSchema = z.strictObject({
  code: z.string().regex(RULE, "must be 1 to 64 of the characters a-z 0-9 -, the first a letter"),
  /** Whether a report under this rule holds the record back until somebody has looked. */
  holds: z.boolean(),
  /** Whether it takes reports of people without an account, about posts that have pictures. */
  anybody: z.boolean().default(false),
  labels: z.strictObject({ en: label, es: label, ja: label }),
});
const rulesSchema = z
  .strictObject({
    format: z.literal(RULES_FORMAT),
    /** Goes up with each change: every decision names the version that it was made under. */
    version: z.int().min(1),
    /** Within which reports and holds are to be decided. */
    decideWithinHours: hours,
    /** Within which appeals are to be decided. */
    reviewWithinHours: hours,
    rules: z.array(ruleSchema).min(1).max(100),
  })
  .refine(({ rules }) => new Set(rules.map(({ code }) => code)).size === rules.length, {
    path: ["rules"],
    message: "have a code each, and no code twice",
  });

/** The rules in force. */
export type ModerationRules = z.output<typeof rulesSchema>;

/**
 * The rules in a parsed file.
 * @throws CONFIG_INVALID a member is missing, unknown or of another form
 */
export function parseModerationRules(value: JsonValue): ModerationRules {
  const { success, data, error } = rulesSchema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new WarifuError(
    "CONFIG_INVALID",
    `the moderation rules: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}

/** The rule of a code. @throws REQUEST_INVALID there is none */
export function ruleOf({ rules }: ModerationRules, code: string): ModerationRules["rules"][number] {
  const rule = rules.find((one) => one.code === code);
  if (rule) return rule;
  const known = rules.map((one) => one.code).join(", ");
  throw new WarifuError("REQUEST_INVALID", `there is no rule of that code: the rules are ${known}`);
}
