// A partner that says something else than its log, or whose messages are altered on the way, or come in the wrong order: nothing
// of it enters, and nothing of it counts as done.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { exchangeEvent } from "../../src/events/exchange.ts";
import type { Wire } from "../../src/exchange/wire.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import { Chance } from "../support/chance.ts";
import { FaultyWire } from "./support/faulty-wire.ts";
import { Pair } from "./support/pair.ts";

type Item = Record<string, unknown>;

/** Keeps what goes over it, and says what the test wants instead. */
class TestWire extends FaultyWire {
  readonly messages: string[] = [];
  altered: (items: Item[]) => void = () => undefined;
  answered: (items: Item[]) => void = () => undefined;
  proof: ((id: string) => Promise<string | undefined>) | undefined;

  override get wire(): Wire {
    const { greet, deliver, bundle, ...others } = super.wire;
    return {
      ...others,
      greet,
      deliver: async (partner, message) => {
        this.messages.push(message);
        return change(await deliver(partner, change(message, this.altered)), this.answered);
      },
      bundle: (partner, id) => (this.proof ? this.proof(id) : bundle(partner, id)),
    };
  }
}

function change(text: string, how: (items: Item[]) => void): string {
  const { format, items } = JSON.parse(text) as { format: string; items: Item[] };
  how(items);
  return JSON.stringify({ format, items });
}

describe("an exchange in which something is not true", () => {
  let pair: Pair;
  let wire: TestWire;
  beforeEach(async () => {
    wire = new TestWire(new Chance(1));
    pair = new Pair("fujisawa", Infinity, wire);
    await pair.begin();
  });
  afterEach(() => pair.end());

  const stateAtSantander = async () => (await pair.santander.exchange.status())[0]!;
  const alarmsOf = (city: "santander" | "fujisawa") => pair[city].alarms.active().map(({ code }) => code);

  const ALTERED: Readonly<Record<string, (bundle: JsonObject) => JsonObject>> = {
    "a public claim": (bundle) => ({ ...bundle, body: String(bundle["body"]).replace("smile", "frown") }),
    "an opening more": (bundle) => ({ ...bundle, openings: ["WyJzYWx0IiwidGV4dCIsImEgbGllIl0"] }),
    "another source": (bundle) => ({ ...bundle, source: "somebody/else" }),
    "a proof cut short": (bundle) => ({ ...bundle, proof: String(bundle["proof"]).replace(/\n[^\n]{44}\n/, "\n") }),
  };
  for (const [what, alter] of Object.entries(ALTERED))
    it(`takes nothing of a record with ${what}, says so, and takes it as it is afterwards`, async () => {
      wire.altered = (items) => {
        for (const item of items)
          item["bundle"] = JSON.stringify(alter(JSON.parse(String(item["bundle"])) as JsonObject));
      };
      await pair.post();
      await pair.exchange(3);
      const records = await pair.fujisawa.log.store.query({ from: 0, limit: 10, source: "received/0" });
      expect(records).to.deep.equal([]);
      expect(alarmsOf("fujisawa")).to.include("partner-doubted");
      wire.altered = () => undefined;
      await pair.exchange();
      expect(await pair.alive()).to.have.length(1);
      expect(alarmsOf("fujisawa")).to.deep.equal([]);
    });

  it("takes no record late whose erasure came first", async () => {
    wire.altered = (items) => void items.splice(0);
    const { leafIndex } = await pair.post();
    await pair.exchange(2);
    const [late = ""] = wire.messages;
    wire.altered = () => undefined;
    await eraseRecords([leafIndex], { basis: "gdpr-17-1-b" }, pair.santander.log);
    await pair.exchange();
    const answers = await pair.fujisawa.exchange.deliver("received/0", late);
    expect(answers).to.deep.equal([{ state: "absent" }]);
    expect(await pair.alive()).to.deep.equal([]);
  });

  it("believes no answer that the partner's log does not prove", async () => {
    const { leafIndex } = await pair.post();
    const other = await pair.fujisawa.idAt(0);
    const lies: Readonly<Record<string, () => void>> = {
      "of another event": () => (wire.answered = (items) => items.forEach((item) => (item["event"] = other))),
      "with the proof of another event": () =>
        (wire.proof = async () => (await pair.fujisawa.proofs.bundle(other)).text),
      "of a record that it refused": () => {
        wire.altered = (items) => items.forEach((item) => (item["bundle"] = "{}"));
        wire.answered = (items) => items.forEach((item) => Object.assign(item, { state: "taken", event: other }));
      },
    };
    for (const [what, lie] of Object.entries(lies)) {
      Object.assign(wire, { altered: () => undefined, answered: () => undefined, proof: undefined });
      lie();
      let isDoubted = false;
      for (let round = 0; round < 4; round++) {
        await pair.exchange(1);
        isDoubted ||= alarmsOf("santander").includes("partner-doubted");
      }
      expect((await stateAtSantander()).confirmed, what).to.equal(0);
      expect(isDoubted, what).to.equal(true);
    }
    Object.assign(wire, { altered: () => undefined, answered: () => undefined, proof: undefined });
    await pair.exchange();
    expect(await stateAtSantander()).to.deep.include({ state: "well", given: 1, confirmed: 1 });
    const known = await pair.santander.exchange.correspondence.with("Example K.K.");
    expect(known.given.get(leafIndex)?.provision.confirmedBy).to.be.a("string");
  });

  it("obeys no event of another log, and none that tells nothing", async () => {
    await pair.post();
    await pair.exchange();
    const theirLeaf = pair.fujisawa.log.events.provisions.inOrder[0]!.record;
    const { theirs: record = 0 } = (await pair.fujisawa.exchange.correspondence.with("Santander")).taken.get(
      theirLeaf,
    )!;
    const erased = exchangeEvent({ matter: "erased", record, step: "told" }, { partner: "Santander" });
    const told = await pair.fujisawa.log.writer.enter(erased);
    await pair.exchange(1);
    const own = (await pair.fujisawa.proofs.bundle(await pair.fujisawa.idAt(told.leafIndex))).text;
    const theirs = (await pair.santander.proofs.bundle(await pair.santander.idAt(0))).text;
    for (const bundle of [own, theirs]) {
      const items = [{ kind: "follow-up", bundle, openings: [] }];
      const message = JSON.stringify({ format: "warifu-exchange/1", items });
      const [answer] = await pair.fujisawa.exchange.deliver("received/0", message);
      expect(answer?.state).to.equal("refused");
    }
    expect(await pair.alive()).to.have.length(1);
  });
});
