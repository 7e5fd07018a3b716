/** How often a passkey says that it was used: apart from the ceremonies, as accounts are kept without them too. */
import { refusedSignIn } from "./refused.ts";

/**
 * Asserts that a passkey says that it was used more often than before; those that count nothing always say 0.
 * @throws UNAUTHENTICATED somebody has a copy of it
 */
export function assertCounterRose(before: number, counter: number): void {
  if ((counter > 0 || before > 0) && counter <= before) throw refusedSignIn("counter-back");
}
