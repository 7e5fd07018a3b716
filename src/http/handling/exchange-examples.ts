/** Examples of what cities exchange, for the OpenAPI document. */
import { EXAMPLES } from "./examples.ts";
import { TRANSFER_EXAMPLES } from "./transfer-examples.ts";

const { id } = EXAMPLES.acknowledgement;
const [record] = TRANSFER_EXAMPLES.provisionFile.records;

/** By what they are examples of. */
export const EXCHANGE_EXAMPLES = {
  greeting: { origin: "fujisawa.example/ledger", formats: ["warifu-exchange/1"] },
  message: { format: "warifu-exchange/1", items: [{ kind: "record", purpose: "publish", ...record }] },
  answer: { format: "warifu-exchange/1", items: [{ state: "taken", event: id, opening: "WyJ…" }] },
  standing: {
    moderation: {
      ...{ visibility: "hidden", rule: "insult", automatic: false, reason: "It calls a neighbour a thief." },
      ...{ appealable: true, appealed: false },
    },
  },
  newPartner: {
    ...{
      recipient: "Example K.K.",
      endpoint: "https://fujisawa.example",
      policy: "{}",
      key: "wk_0123456789abcdef_secret",
    },
    ...{ purpose: "publish", sends: true, takes: true },
    shares: [{ type: "city-theme", claims: [], when: "shared-theme", consent: false }],
  },
  partner: {
    ...{ number: 0, recipient: "Example K.K.", endpoint: "https://fujisawa.example" },
    ...{ origin: "fujisawa.example/ledger", sends: true, takes: true },
    ...{ state: "well", since: 1_795_334_400_000, reason: "" },
    ...{ given: 12, confirmed: 11, told: 2, honoured: 2, unproved: 1, waiting: 0, taken: 7 },
    keptBack: [{ code: "TRANSFER_REFUSED", message: "consent", count: 3 }],
    refused: [],
  },
  catalogue: {
    "@context": { dcat: "http://www.w3.org/ns/dcat#", dct: "http://purl.org/dc/terms/" },
    ...{ "@id": "https://santander.example/v1/catalogue", "@type": "dcat:Catalog" },
    "dcat:dataset": [
      {
        ...{ "@id": "https://santander.example/v1/catalogue#given-jp-citizen-report", "@type": "dcat:Dataset" },
        "dct:title": "Records of the type citizen-report given to JP",
        ...{ records: 12, proof: { "@id": `https://santander.example/v1/records/${id}/bundle` } },
      },
    ],
  },
} as const;
