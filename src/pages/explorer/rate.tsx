/** How much comes, and which numbers do not: in a few words. */
import { Spark } from "../components/spark.tsx";
import { numberInWords } from "../texts/formats.ts";

/** Both ends included. */
export function rangeInWords(from: number, to: number): string {
  return from === to ? numberInWords(from) : `${numberInWords(from)}–${numberInWords(to)}`;
}

/** Records of the last hour, as a number and a shape. */
export function Rate({ recent }: { readonly recent: readonly number[] }) {
  return (
    <span class="rate">
      <Spark values={recent} /> {numberInWords(recent.reduce((sum, one) => sum + one, 0))}
    </span>
  );
}
