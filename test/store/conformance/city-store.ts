// What any store of a city does, whatever engine is behind it.

import { expect } from "chai";

import type { CityStore } from "../../../src/store/city-store.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import type { StoreEngine } from "./engine.ts";

const [ANNA, BEN, CLARA] = ["ct_0123456789abcdef", "ct_fedcba9876543210", "ct_00112233445566aa"] as const;
const INVITATION = {
  ...{ invitationId: "0123456789abcdef", theme: "our-street", secretHash: new Uint8Array(32).fill(7) },
  ...{ expiresAt: 1_800_000_000_000, uses: 2 },
};

export function describeCityStore(name: string, engine: StoreEngine): void {
  describe(`the city of ${name}`, () => {
    let folder: string;
    let store: CityStore;
    beforeEach(async () => {
      folder = temporaryFolder();
      store = await engine.openCityStore({ dataDir: folder });
    });
    afterEach(() => store.close());

    it("keeps a citizen's lists in the order in which they grew, each item once", async () => {
      expect(await store.add("followed", ANNA, "b")).to.equal(true);
      expect(await store.add("followed", ANNA, "a")).to.equal(true);
      expect(await store.add("followed", ANNA, "b"), "there already").to.equal(false);
      await store.add("blocked", ANNA, "b");
      await store.add("followed", BEN, "c");
      await store.close();
      store = await engine.openCityStore({ dataDir: folder });
      expect(await store.list("followed", ANNA)).to.deep.equal(["b", "a"]);
      expect(await store.count("followed", ANNA)).to.equal(2);
      expect(await store.remove("followed", ANNA, "b")).to.equal(true);
      expect(await store.remove("followed", ANNA, "b"), "gone already").to.equal(false);
      await store.add("followed", ANNA, "b");
      expect(await store.list("followed", ANNA)).to.deep.equal(["a", "b"]);
      expect(await store.list("blocked", ANNA)).to.deep.equal(["b"]);
    });

    it("keeps an invitation, and lets in as many as it is for, however many come at once", async () => {
      await store.putInvitation(INVITATION);
      expect(await store.invitation(INVITATION.invitationId)).to.deep.equal(INVITATION);
      expect(await store.invitation("none")).to.equal(undefined);
      expect(await store.join("none", ANNA)).to.equal(false);
      const came = await Promise.all([ANNA, BEN, CLARA].map((one) => store.join(INVITATION.invitationId, one)));
      expect(came.filter(Boolean)).to.have.lengthOf(2);
      const members = [ANNA, BEN, CLARA].filter((_, at) => came[at]);
      for (const member of members) {
        expect(await store.list("theme", member)).to.deep.equal(["our-street"]);
        expect(await store.join(INVITATION.invitationId, member), "a member already").to.equal(true);
      }
      expect((await store.invitation(INVITATION.invitationId))?.uses).to.equal(0);
    });

    it("has nothing of whoever left, and all of the others", async () => {
      await store.add("followed", ANNA, "a");
      await store.add("reported", ANNA, "b");
      await store.add("followed", BEN, "c");
      await store.forget(ANNA);
      for (const list of ["theme", "followed", "blocked", "reported"] as const)
        expect(await store.list(list, ANNA)).to.deep.equal([]);
      expect(await store.list("followed", BEN)).to.deep.equal(["c"]);
    });
  });
}
