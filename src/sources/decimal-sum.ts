/**
 * Adds two doubles as the decimal numbers that people wrote: 0.1 + 0.2 is 0.3. Binary addition would give digits that
 * stand in no document.
 */

/** The sum, or `undefined` when no double has exactly these digits. */
export function decimalSum(a: number, b: number): number | undefined {
  if (a === 0 || b === 0) return a + b;
  const [x, y] = [scaled(a), scaled(b)];
  // Numbers that far apart have no sum within the digits of a double.
  if (Math.abs(x.exponent - y.exponent) > 40) return undefined;
  const exponent = Math.min(x.exponent, y.exponent);
  const digits = [x, y].map((one) => one.digits * 10n ** BigInt(one.exponent - exponent));
  const exact = { digits: (digits[0] as bigint) + (digits[1] as bigint), exponent };
  const sum = Number(`${exact.digits}e${exponent}`);
  const back = scaled(sum);
  const low = Math.min(back.exponent, exponent);
  const isSame =
    back.digits * 10n ** BigInt(back.exponent - low) === exact.digits * 10n ** BigInt(exponent - low) &&
    (!Number.isInteger(sum) || Number.isSafeInteger(sum));
  return isSame ? sum : undefined;
}

/** A double by its shortest digits, as digits × 10^exponent. */
function scaled(value: number): { readonly digits: bigint; readonly exponent: number } {
  const [mantissa = "0", power = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(`${whole}${fraction}`), exponent: Number(power) - fraction.length };
}
