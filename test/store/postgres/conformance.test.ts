// PostgreSQL passes the tests that every engine must pass: see ../conformance.test.ts.

import { openCityStore, openLedger, openVault, readLedger, type StorePlace } from "../../../src/store/open.ts";
import { thePostgres, type PostgresServer } from "../../support/postgres.ts";
import { describeStore } from "../conformance/describe-store.ts";

describe("PostgreSQL as the engine of the stores", function () {
  let server: PostgresServer;
  before(async () => {
    server = await thePostgres();
  });
  const inDatabase = ({ dataDir }: StorePlace): StorePlace => ({ dataDir, database: server.addressFor(dataDir) });

  describeStore("PostgreSQL", {
    openLedger: (place, origin) => openLedger(inDatabase(place), origin),
    readLedger: (place) => readLedger(inDatabase(place)),
    openCityStore: (place) => openCityStore(inDatabase(place)),
    openVault: (place, options) => openVault(inDatabase(place), options),
    emptiesFiles: false,
  });
});
