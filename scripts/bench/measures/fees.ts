/** What a day of anchoring costs on a market of fees. Time is simulated, so nothing is waited for. */
import { feeMarketDays } from "../fee-market.ts";
import { figure, measure } from "../measure.ts";

export const fees = measure({
  name: "fees",
  title: "Anchoring on a simulated fee market with price spikes, an anchor due every minute",
  parameters: {
    due: { what: "anchors due, 1,440 to a day", usual: 1_440, quick: 120, least: 1, most: 14_400 },
    seed: { what: "seed of the market", usual: 1_440, least: 0, most: 2 ** 32 - 1 },
  },
  isExtra: true,
  isExact: true,
  run: async (values) =>
    (await feeMarketDays(values)).flatMap((day) => {
      const of = (name: string, value: number, unit = "") => figure(`${day.writer}: ${name}`, value, unit);
      return [
        of("money spent", day.spentEther, "ETH"),
        of("most expensive transaction", day.dearestEther, "ETH"),
        of("transactions mined", day.mined),
        of("replaced", day.replaced),
        of("median lag from due to mined", day.medianLagSeconds, "s"),
        of("longest lag", day.longestLagSeconds, "s"),
        of("share of the anchors due that a later one covered", 100 * day.coveredLater, "%"),
      ];
    }),
});
