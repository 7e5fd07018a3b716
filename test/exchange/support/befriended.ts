// Two services under test that are each other's partner, and rounds between them until nothing moves.

import { createClient, type Client } from "../../../src/client/client.ts";
import { formatVerifierKey } from "../../../src/core/note.ts";
import { formatPolicy } from "../../../src/core/policy.ts";
import type { TestService } from "../../support/service.ts";

/** The name of a city's service, and whom the other city has it as. */
export interface Befriended {
  readonly service: TestService;
  readonly code: string;
  readonly recipient: Parameters<Client["keepRecipient"]>[0];
}

/** A city of the Union, and a company in Japan to which the adequacy decision lets records go. */
export const RECIPIENTS = {
  santander: { name: "Santander", country: "ES", kind: "public-body", jurisdiction: "eu" },
  fujisawa: { name: "Example K.K.", country: "JP", kind: "business-operator", jurisdiction: "jp-operator" },
} as const satisfies Readonly<Record<string, Befriended["recipient"]>>;

/** Its officer. */
export function officerOf({ url, keys }: TestService): Client {
  return createClient({ url, apiKey: keys.officer, attempts: 1 });
}

/** Each becomes the partner of the other, which issues it a key. */
export async function befriend(one: Befriended, other: Befriended): Promise<void> {
  await keepAsPartner(one, other);
  await keepAsPartner(other, one);
}

async function keepAsPartner(of: Befriended, whose: Befriended): Promise<void> {
  const { service, code: city, recipient } = whose;
  await officerOf(of.service).keepRecipient({ ...recipient, log: formatVerifierKey(service.policy.log) });
  const { key } = await service.access.issue("partner", "submitter", { sources: [`received/${of.code}`] });
  const policy = formatPolicy(service.policy);
  const names = service.citizens?.city.names;
  await officerOf(of.service).keepPartner({
    ...{ recipient: recipient.name, endpoint: service.url, policy, city, key },
    ...(names && { names }),
  });
}

/** Pictures are published, logs anchored, and rounds made until nothing moves. */
export async function exchangeAll(cities: readonly TestService[]): Promise<void> {
  for (let round = 0, moved = 1; round < 10 && (moved > 0 || round < 3); round++) {
    moved = 0;
    for (const city of cities) {
      await city.publishing.settled();
      await city.anchorAll();
      for (const partner of city.exchange.partners.all) moved += await city.exchange.round(partner);
    }
  }
}
