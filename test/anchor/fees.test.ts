// What an anchor may offer: the clients' rules for a replacement, and the caps in money, as rules over all numbers.
// Invariant: whatever the market asks, gas limit times fee cap never exceeds the cap.

import { expect } from "chai";
import fc from "fast-check";

import type { Fees, MarketFees } from "../../src/chain/chain.ts";
import { openingFees } from "../../src/core/gas-fees.ts";
import { bumpedFees, fittedFees, worstCost } from "../../src/anchor/fees.ts";

const GWEI = 10n ** 9n;
const GAS = 100_000;
/** The most that may be spent when a unit of gas may cost so much. */
const capAt = (gweiPerGas: bigint): bigint => gweiPerGas * GWEI * BigInt(GAS);

const market = (baseFee: bigint, tip: bigint): MarketFees => ({ baseFee: baseFee * GWEI, tip: tip * GWEI });
const fees = (cap: bigint, tip: bigint): Fees => ({ maxFeePerGas: cap * GWEI, maxPriorityFeePerGas: tip * GWEI });

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
const anyMarket: fc.Arbitrary<MarketFees> = fc.record({ baseFee: amount, tip: amount });
const anyFees: fc.Arbitrary<Fees> = fc
  .tuple(amount, amount)
  .map(([tip, more]) => ({ maxPriorityFeePerGas: tip, maxFeePerGas: tip + more }));
const gasLimit = fc.integer({ min: 21_000, max: 300_000 });

/** geth, Besu, Nethermind, Erigon: both a tenth higher, and higher at all. */
function replaces(next: Fees, previous: Fees): boolean {
  const isRaised = (a: bigint, b: bigint): boolean => a > b && a * 10n >= b * 11n;
  return (
    isRaised(next.maxFeePerGas, previous.maxFeePerGas) &&
    isRaised(next.maxPriorityFeePerGas, previous.maxPriorityFeePerGas)
  );
}

describe("what an anchor offers for gas", () => {
  it("raises a replacement by an eighth, or to the market where that has moved further", () => {
    const bumped = bumpedFees(fees(80n, 8n), market(1n, 1n));
    expect(bumped).to.deep.equal({ maxFeePerGas: 90n * GWEI + 1n, maxPriorityFeePerGas: 9n * GWEI + 1n });
    expect(bumpedFees(fees(80n, 8n), market(100n, 20n))).to.deep.equal(fees(220n, 20n));
    // One moved, the other did not.
    expect(bumpedFees(fees(80n, 8n), market(100n, 1n)).maxPriorityFeePerGas).to.equal(9n * GWEI + 1n);
    expect(bumpedFees(fees(0n, 0n), market(0n, 0n))).to.deep.equal({ maxFeePerGas: 1n, maxPriorityFeePerGas: 1n });
  });

  it("stays as it is under the cap, comes down to it, and is nothing when nobody would take it", () => {
    const wanted = openingFees(market(10n, 2n));
    const previous = fees(1n, 1n);
    expect(fittedFees(wanted, market(10n, 2n), GAS, capAt(22n), previous)).to.deep.equal(wanted);
    expect(fittedFees(wanted, market(10n, 2n), GAS, capAt(12n), previous)).to.deep.equal(fees(12n, 2n));
    expect(fittedFees(wanted, market(10n, 2n), GAS, capAt(12n) - 1n, previous)).to.equal(undefined);
    expect(fittedFees(wanted, market(10n, 2n), GAS, 0n)).to.equal(undefined);
    expect(fittedFees(wanted, market(10n, 2n), GAS, -capAt(5n))).to.equal(undefined);
  });

  it("leaves room for three replacements at a first attempt", () => {
    const wanted = openingFees(market(20n, 2n));
    const first = fittedFees(wanted, market(20n, 2n), GAS, capAt(50n))!;
    expect(first).to.deep.equal(fees(35n, 2n));
    expect(fittedFees(wanted, market(20n, 2n), GAS, capAt(30n))).to.equal(undefined);
    let offer = first;
    for (let bump = 0; bump < 3; bump++) {
      const now = market(15n, 2n);
      const next = fittedFees(bumpedFees(offer, now), now, GAS, capAt(50n), offer);
      expect(next && replaces(next, offer), `replacement ${bump + 1}`).to.equal(true);
      offer = next!;
    }
  });

  it("does not come down below what a replacement calls for", () => {
    const previous = fees(80n, 8n);
    const wanted = bumpedFees(previous, market(60n, 2n));
    expect(wanted.maxFeePerGas).to.equal(122n * GWEI);
    expect(fittedFees(wanted, market(60n, 2n), GAS, capAt(91n), previous)?.maxFeePerGas).to.equal(91n * GWEI);
    expect(fittedFees(wanted, market(60n, 2n), GAS, capAt(90n), previous)).to.equal(undefined);
    expect(fittedFees(wanted, market(60n, 2n), GAS, capAt(90n))?.maxFeePerGas).to.equal(63n * GWEI);
  });

  it("B6 never exceeds the cap, whatever the market and however often it is replaced", () => {
    fc.assert(
      fc.property(
        fc.array(anyMarket, { minLength: 1, maxLength: 30 }),
        gasLimit,
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        (markets, gas, cap) => {
          let previous: Fees | undefined;
          for (const now of markets) {
            const wanted = previous ? bumpedFees(previous, now) : openingFees(now);
            const offer = fittedFees(wanted, now, gas, cap, previous);
            if (!offer) continue;
            expect(worstCost(offer, gas) <= cap).to.equal(true);
            expect(offer.maxFeePerGas >= offer.maxPriorityFeePerGas, "a node refuses a tip above the cap").to.equal(
              true,
            );
            expect(offer.maxFeePerGas >= now.baseFee + now.tip || offer === wanted).to.equal(true);
            if (previous) expect(replaces(offer, previous), "every client takes it as a replacement").to.equal(true);
            previous = offer;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("offers at least what the market asks, and replaces by every client's rule", () => {
    fc.assert(
      fc.property(anyFees, anyMarket, (previous, now) => {
        const opening = openingFees(now);
        const bumped = bumpedFees(previous, now);
        expect(opening.maxFeePerGas >= now.baseFee + now.tip && opening.maxPriorityFeePerGas === now.tip).to.equal(
          true,
        );
        expect(replaces(bumped, previous)).to.equal(true);
        expect(bumped.maxFeePerGas >= opening.maxFeePerGas).to.equal(true);
        expect(bumped.maxPriorityFeePerGas >= opening.maxPriorityFeePerGas).to.equal(true);
      }),
    );
  });

  it("does not wait when it can pay: nothing is refused that seven tenths of the cap have room for", () => {
    fc.assert(
      fc.property(anyMarket, gasLimit, fc.bigInt({ min: 1n, max: 10n ** 20n }), (now, gas, cap) => {
        const offer = fittedFees(openingFees(now), now, gas, cap);
        const room = ((cap * 70n) / 100n / BigInt(gas)) * BigInt(gas);
        expect(offer !== undefined).to.equal(
          (now.baseFee + now.tip) * BigInt(gas) <= room || worstCost(openingFees(now), gas) <= room,
        );
      }),
    );
  });
});
