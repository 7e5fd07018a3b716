// The types of the client's answers against the schemas of the routes that give them: what is declared there is what the
// client promises. TypeScript compares them; the client itself carries no schema.

import { expect } from "chai";
import type { z } from "zod";

import type {
  AnchorView,
  CheckpointView,
  Client,
  ContractProofView,
  RepairEntered,
  SourceView,
} from "../../src/client/client.ts";
import type { anchorSchema, checkpointSchema } from "../../src/http/resources/anchors.ts";
import type { issuedKeySchema, keySchema } from "../../src/http/resources/api-keys.ts";
import type { contractProofSchema } from "../../src/http/resources/proofs.ts";
import type { recordViewSchema } from "../../src/http/resources/records.ts";
import { ROUTES } from "../../src/http/routes.ts";
import type { repairSchema, sourceSchema } from "../../src/http/resources/sources.ts";
import type { statusSchema } from "../../src/http/resources/status.ts";

/** The same, whether or not it may be written to. */
type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
type Gives<Wanted, Given> = [Plain<Given>] extends [Plain<Wanted>] ? true : never;
type AnswerOf<Method extends keyof Client> = Awaited<ReturnType<Client[Method]>>;

/** What a schema lets through, the client's type takes. A line that does not hold does not compile. */
const HOLDS: readonly true[] = [
  true satisfies Gives<CheckpointView, z.output<typeof checkpointSchema>>,
  true satisfies Gives<AnchorView, z.output<typeof anchorSchema>>,
  true satisfies Gives<ContractProofView, z.output<typeof contractProofSchema>>,
  true satisfies Gives<SourceView, z.output<typeof sourceSchema>>,
  true satisfies Gives<RepairEntered, z.output<typeof repairSchema>>,
  true satisfies Gives<AnswerOf<"status">, z.output<typeof statusSchema>>,
  true satisfies Gives<AnswerOf<"keys">[number], z.output<typeof keySchema>>,
  true satisfies Gives<AnswerOf<"issueKey">, z.output<typeof issuedKeySchema>>,
  true satisfies Gives<Pick<AnswerOf<"record">, "id" | "seq" | "state">, z.output<typeof recordViewSchema>>,
];

describe("the client's answers", () => {
  it("are those of the routes, of which each is declared once", () => {
    expect(HOLDS).to.not.include(false);
    const declared = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(declared).size).to.equal(declared.length);
  });
});
