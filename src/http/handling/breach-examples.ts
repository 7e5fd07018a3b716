/** Examples of breaches, for the OpenAPI document. */
import { EXAMPLES } from "./examples.ts";

const { id } = EXAMPLES.acknowledgement;
const KNOWN_AT = 1_795_334_400;
const DUE = KNOWN_AT + 259_200;
const LAW = { jurisdiction: "eu", lawVersion: "2018-05-25" };
const provisions = ["gdpr-33-1", "gdpr-33-5", "gdpr-34"];

/** By what they are examples of. */
export const BREACH_EXAMPLES = {
  note: {
    facts: { nature: "a laptop with a copy of the vault was stolen", people: 40, recordCategories: "street reports" },
    records: [id],
    knownAt: "2026-11-22T08:00:00.000Z",
  },
  breach: {
    ...{ id, leafIndex: 5, state: "noted", ...LAW, knownAt: KNOWN_AT, records: "0-9", overdue: false },
    clocks: [
      { clock: "authority", due: DUE, provisions: ["gdpr-33-1"], overdue: false },
      { clock: "people", due: DUE, provisions: ["gdpr-34"], overdue: false },
    ],
    steps: [
      {
        ...{ state: "noted", leafIndex: 5, at: KNOWN_AT, ...LAW, provisions, records: "0-9", knownAt: KNOWN_AT },
        clocks: { authority: DUE, people: DUE },
      },
    ],
    reasons: { authority: ["unlikely-risk"], people: ["unlikely-risk", "no-high-risk", "protected"] },
  },
  report: { format: "warifu:breach-report:1", made: "2026-11-22T09:00:00Z", id, lacks: ["contact", "measures"] },
  people: {
    people: [{ subject: EXAMPLES.subject, told: false, records: [{ id, leafIndex: 3 }] }],
    recordsOfNobody: 0,
  },
};
