/**
 * What is unwise about a contract that is about to be used for a log that is to last: nothing here can be changed later
 * without the admin, and some of it not at all.
 */
import type { Deployment } from "./contract-admin.ts";

// Less than this, and the admin's place is handed over before anybody has seen that it was offered.
const SHORT_DELAY_SECONDS = 3_600;
// A day's records of a few sensors: an anchor takes this many, and the limit stays for as long as the contract lives.
const TINY_GROWTH = 10_000;

/** The choices that are for trying things out, each in a sentence that says what to do instead. */
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
