/** Examples of what goes to other controllers and comes from them, for the OpenAPI document. */
import { EXAMPLES } from "./examples.ts";

const { id } = EXAMPLES.acknowledgement;
const newRecipient = {
  name: "Fujisawa City",
  country: "JP",
  kind: "public-body",
  jurisdiction: "jp-public-body",
  papers: [{ basis: "eu-arrangement-46-3-b", kind: "contract", reference: "2026/17", until: "2028-12-31" }],
};
const newProvision = { records: [id], recipient: "Fujisawa City", claims: ["text"], purpose: "planning" };
const provisionFile = {
  format: "warifu-provision/1",
  purpose: "planning",
  records: [
    {
      label: {
        ...{ basis: "eu-arrangement-46-3-b", jurisdiction: "eu", law: "GDPR", lawVersion: "2018-05-25" },
        ...{ log: "santander.example/ledger", notice: { language: "es", version: "1" }, onward: "eu-arrangement" },
      },
      bundle: '{"format":"warifu-bundle/1"}',
    },
  ],
};

/** A de-identified table. */
export const TABLE_EXAMPLE = {
  ...{ format: "warifu-deidentified/1", log: "santander.example/ledger", profile: "citizen-report:4" },
  ...{ from: "2026-11-01", to: "2026-11-30", k: 10, l: 2 },
  steps: { category: { step: "same" }, reportedAt: { step: "day" } },
  dropped: ["reporterEmail", "text"],
  cells: [
    { values: { category: "noise", reportedAt: "2026-11-02" }, rows: 31 },
    { values: { category: "noise", reportedAt: "2026-11-03" }, rows: 17 },
  ],
  ...{ rows: 48, leftOut: 20 },
} as const;

/** By what they are examples of. */
export const TRANSFER_EXAMPLES = {
  newRecipient,
  recipient: {
    number: 0,
    ...newRecipient,
    ways: [
      {
        id: "eu-arrangement-46-3-b",
        title: "Administrative arrangement between public bodies, authorised by the authority",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        verified: false,
        lacks: [],
      },
    ],
  },
  newProvision,
  provisionFile,
  provision: {
    ...{ leafIndex: 9, record: id, at: 1_795_334_500, to: "Fujisawa City", country: "JP", claims: ["text"] },
    ...{ purpose: "planning", basis: "eu-arrangement-46-3-b", jurisdiction: "eu", lawVersion: "2018-05-25" },
  },
  newReception: { file: JSON.stringify(provisionFile), policy: "{}", from: "Santander", how: "file transfer" },
  receptions: { items: [{ id, leafIndex: 12, origin: "eu", isNew: true }] },
} as const;
