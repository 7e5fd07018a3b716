// Accounts of people who do not exist.

/** One for each number. */
export function pagedNames(number: number): string {
  return `ct_${number.toString(16).padStart(16, "0")}`;
}
