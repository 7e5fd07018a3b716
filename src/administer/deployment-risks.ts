/**
 * Unwise choices for the contract of a log that is meant to last: none of them can be changed later without the admin, and
 * some not at all.
 */
import type { Deployment } from "./contract-admin.ts";

// With less than this, the admin role is handed over before anybody has noticed the offer.
const SHORT_DELAY_SECONDS = 3_600;
// A few sensors make this many records a day. One anchor adds no more, and the limit is fixed for the life of the contract.
const TINY_GROWTH = 10_000;

/** Choices that are fit only for trying things out, each in a sentence that says what to do instead. */
export function deploymentRisks(deployment: Omit<Deployment, "logId" | "start">): string[] {
  const { adminDelay, maxGrowth } = deployment;
  const risks = sharedRoles(deployment);
  if (adminDelay < SHORT_DELAY_SECONDS)
    risks.push(
      `the admin's place is handed over after ${adminDelay} s: whoever steals that key has it for good before anybody can ` +
        "look; leave --admin-delay at two days",
    );
  if (maxGrowth < TINY_GROWTH)
    risks.push(
      `--max-growth is ${maxGrowth}: no anchor adds more entries for as long as this contract lives, and a log that grows ` +
        "faster is never anchored to its end; deploy with a larger one",
    );
  return risks;
}

function sharedRoles({ admin, anchorer, closer }: Pick<Deployment, "admin" | "anchorer" | "closer">): string[] {
  const holders = Object.entries({ admin, anchorer, closer });
  const byAccount = Map.groupBy(holders, ([, account]) => account);
  return [...byAccount]
    .filter(([, held]) => held.length > 1)
    .map(
      ([account, held]) =>
        `${account} is ${held.map(([role]) => role).join(" and ")}: whoever steals that one key is all of them; give each ` +
        "role an account of its own",
    );
}
