/**
 * A breach as it is filed: everything that is known of it, when who was told, and what the law still wants in a final report
 * (GDPR Art. 33(3) and (5), Art. 8 of the enforcement rules of the APPI). Each step names its leaf, so that whoever gets the
 * file can have it proved when it was taken.
 */
import { BREACH_NUMBERS, BREACH_WORDS } from "../core/breach-event.ts";
import type { JsonObject } from "../core/json.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { EnteredBreach } from "../events/breach.ts";
import { affectedPeople } from "./affected-people.ts";
import { clockViews, isUnder } from "./breach-clocks.ts";
import type { BreachSteps } from "./breach-steps.ts";
import { idAt } from "./breach-view.ts";
import type { BreachParts, BreachRegister } from "./breaches.ts";
import type { Law } from "./law.ts";
import type { ViewParts } from "./request-view.ts";

/** `format` of such a file. */
const BREACH_REPORT_FORMAT = "warifu:breach-report:1";

/** What is needed to make one. */
export interface ReportParts {
  readonly law: Law;
  readonly register: BreachRegister;
  readonly taking: Pick<BreachSteps, "lacksOf">;
  readonly parts: ViewParts & Pick<BreachParts, "persons">;
}

/** The file. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
export async function breachReportOf(
  breach: EnteredBreach,
  { law, register, taking, parts }: ReportParts,
): Promise<JsonObject> {
  const { facts, records, happenedAt, onPurpose, abouts } = await register.knownOf(breach);
  const { people, recordsOfNobody } = await affectedPeople(abouts, parts.persons);
  const isOwn = isUnder(law, breach);
  const said = [...BREACH_WORDS, ...BREACH_NUMBERS].map((name) => [name, facts[name] ?? null]);
  return {
    format: BREACH_REPORT_FORMAT,
    made: formatSecond(register.now()),
    law: { jurisdiction: breach.jurisdiction, name: isOwn ? law.law : null, version: breach.lawVersion },
    id: await idAt(breach.leafIndex, parts),
    knownAt: formatSecond(breach.knownAt),
    happenedAt: happenedAt === undefined ? null : formatSecond(happenedAt),
    onPurpose,
    facts: Object.fromEntries(said) as JsonObject,
    lacks: isOwn ? [...taking.lacksOf(facts)] : null,
    counted: {
      records: records.length,
      recordsOfNobody,
      people: people.length,
      peopleTold: people.filter(({ told }) => told).length,
      othersTold: abouts.reduce((sum, about) => sum + (about?.others ?? 0), 0),
    },
    clocks: clockViews(breach, law, register.now()).map(({ clock, due, overdue, provisions, stopped }) => ({
      ...{ clock, due: formatSecond(due), overdue, provisions: [...provisions] },
      stopped: stopped ? { ...stopped } : null,
    })),
    steps: await Promise.all(
      breach.steps.map(async (step, at) => ({
        ...{ id: await idAt(step.leafIndex, parts), leafIndex: step.leafIndex, state: step.state },
        at: formatSecond(step.at),
        toldAt: "toldAt" in step ? formatSecond(step.toldAt) : null,
        what: "report" in step ? step.report : "reason" in step ? step.reason : null,
        whom: "whom" in step ? step.whom : null,
        words: abouts[at]?.words ?? null,
        provisions: [...step.provisions],
        // What the vault had of it went with an erasure.
        erased: abouts[at] === undefined,
      })),
    ),
    records: await Promise.all(records.map(async (leafIndex) => ({ leafIndex, id: await idAt(leafIndex, parts) }))),
  };
}
