/** What /v1/privacy/breaches… takes and answers, as schemas. */
import { z } from "zod";
import {
  BANDS,
  BREACH_CLOCKS,
  BREACH_NUMBERS,
  BREACH_REASONS,
  BREACH_REPORTS,
  BREACH_STATES,
  BREACH_TOLD,
  BREACH_WORDS,
} from "../../core/breach-event.ts";
import { MOST_RECORDS_OF_STEP } from "../../privacy/breach-steps.ts";
import { REQUEST_FILTERS } from "../../privacy/requests.ts";
import { count, recordId, time } from "../handling/values.ts";
import { subject } from "./privacy-consents.ts";

const LARGEST_NUMBER = 1_000_000_000;
const words = z.string().min(1).max(8_000);
const number = z.int().min(0).max(LARGEST_NUMBER);
const band = z.enum(BANDS).meta({ description: "How many, in bands: few are not told from none." });
const clocks = z.partialRecord(z.enum(BREACH_CLOCKS), count);

const clockSchema = z.strictObject({
  clock: z.enum(BREACH_CLOCKS),
  due: count.meta({ description: "The last second in which it is in time." }),
  provisions: z.array(z.string()),
  overdue: z.boolean(),
  stopped: z.strictObject({ leafIndex: count, state: z.enum(BREACH_STATES), late: z.boolean() }).optional(),
});
const stepSchema = z.strictObject({
  ...{ state: z.enum(BREACH_STATES), leafIndex: count, at: count, breach: count.optional() },
  ...{ jurisdiction: z.string(), lawVersion: z.string(), provisions: z.array(z.string()) },
  ...{ clocks: clocks.optional(), knownAt: count.optional(), records: band.optional() },
  ...{ report: z.enum(BREACH_REPORTS).optional(), toldAt: count.optional() },
  ...{ complete: z.boolean().optional(), people: band.optional() },
  ...{ reason: z.enum(BREACH_REASONS).optional(), whom: z.enum(BREACH_TOLD).optional() },
});
const reasons = z.array(z.enum(BREACH_REASONS));
/** A breach. */
export const breachSchema = z
  .strictObject({
    ...{ id: recordId, leafIndex: count, state: z.enum(BREACH_STATES) },
    ...{ jurisdiction: z.string(), lawVersion: z.string() },
    knownAt: count.meta({ description: "POSIX seconds, like all times here." }),
    ...{ records: band, overdue: z.boolean(), clocks: z.array(clockSchema), steps: z.array(stepSchema) },
    reasons: z.strictObject({ authority: reasons, people: reasons }).optional().meta({
      description:
        "For which reasons the law lets them not be told; absent once the breach is closed, and where another law is in force.",
    }),
  })
  .meta({ id: "Breach" });
/** Breaches. */
export const listSchema = z.strictObject({ items: z.array(breachSchema) }).meta({ id: "Breaches" });
/** A breach as it is filed. */
export const reportSchema = z.looseObject({ format: z.string(), made: z.string() }).meta({ id: "BreachReport" });
/** Whom it concerns. */
export const peopleSchema = z
  .strictObject({
    people: z.array(
      z.strictObject({
        subject,
        told: z.boolean(),
        records: z.array(z.strictObject({ id: recordId, leafIndex: count })),
      }),
    ),
    recordsOfNobody: count.meta({ description: "Records that lead to no person, or are erased." }),
  })
  .meta({ id: "BreachPeople" });

const facts = z
  .strictObject({
    ...Object.fromEntries(BREACH_WORDS.map((name) => [name, words.exactOptional()])),
    ...Object.fromEntries(BREACH_NUMBERS.map((name) => [name, number.exactOptional()])),
  } as Record<(typeof BREACH_WORDS)[number], z.ZodExactOptional<typeof words>> &
    Record<(typeof BREACH_NUMBERS)[number], z.ZodExactOptional<typeof number>>)
  .meta({ id: "BreachFacts", description: "What is known; concealed. Numbers are approximate." });
const records = z.array(recordId).max(MOST_RECORDS_OF_STEP).default([]);
const happenedAt = time.optional();
/** A breach to note. */
export const noteBody = z
  .strictObject({
    ...{ facts, records, happenedAt },
    knownAt: time.optional().meta({ description: "When it became known; now without." }),
    onPurpose: z.boolean().optional().meta({ description: "Somebody did it on purpose." }),
  })
  .meta({ id: "NewBreach" });
/** What became known since. */
export const amendBody = z
  .strictObject({ facts: facts.optional(), records, happenedAt, onPurpose: z.literal(true).optional() })
  .meta({ id: "BreachAmendment" });
const telling = {
  toldAt: time.optional().meta({ description: "Now without." }),
  lateReason: words.optional().meta({ description: "Why it is late; concealed." }),
};
/** That the authority was told. */
export const authorityBody = z
  .strictObject({ report: z.enum(BREACH_REPORTS), facts: facts.optional(), ...telling })
  .meta({ id: "BreachToldAuthority" });
/** That people were told. */
export const peopleBody = z
  .strictObject({
    subjects: z.union([z.literal("all"), z.array(subject).max(MOST_RECORDS_OF_STEP)]).optional(),
    others: number.optional().meta({ description: "How many more were told, of whom the vault does not know." }),
    complete: z.boolean().meta({ description: "Whether with these all are told who have to be." }),
    ...telling,
  })
  .meta({ id: "BreachToldPeople" });
/** That somebody need not be told. */
export const notNeededBody = z
  .strictObject({ whom: z.enum(BREACH_TOLD), reason: z.enum(BREACH_REASONS), words })
  .meta({ id: "BreachNotNeeded" });
/** Nothing. */
export const emptyBody = z.strictObject({});
/** Which breaches are listed. */
export const filterQuery = z.strictObject({ state: z.enum(REQUEST_FILTERS).default("open") });
