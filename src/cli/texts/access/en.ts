/** What `warifu key` and `warifu officer` say, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type AccessTexts = typeof EN;

const EN = {
  adminKey: "the administrator's API key; other users of the machine can see it: prefer --key-file",
  adminKeyFile: "a file that holds the administrator's API key",
  dataDir: "instead of at a service: in the data folder of one that does not run",
  key: {
    summary: "issue, list and revoke API keys; make keys of accounts; replace the vault's and the log's",
    description:
      "Issues, lists and revokes API keys, makes keys of accounts on the chain, and replaces the keys of the vault and the log.",
    after: `
API keys need the key of an administrator: --key-file, --key, WARIFU_API_KEY, or the first one of a service on this
machine. With --data-dir they are issued, listed and revoked in the data folder of a service that does not run.

Examples:
  warifu key add gateway-7 --role submitter --source 'santander/*' --type sensor-reading --expires 365d
  warifu key add gateway-7b --role submitter --replaces 4f0c9e2d1b3a5768
  warifu key list
  warifu key revoke 4f0c9e2d1b3a5768
  warifu key add rescue --role admin --data-dir data
  warifu key account new --keystore anchor.json --password-file anchor.password
  warifu key rotate-vault --data-dir data
  warifu key rotate-log --data-dir data`,
  },
  add: {
    name: "what the key is for; never a person's name",
    summary: "issue a key",
    description: "Issues a key and prints it. It is shown this once.",
    role: "what the key allows",
    source: "a source it is for, or a prefix such as 'santander/*', or '*' for all; repeatable",
    type: "a type of record that it may send; repeatable (default: all)",
    expires: "until when it is valid: a day such as 2027-04-11, or 90d, 12h (default: always)",
    rate: "records and other requests a minute (default: as many as anybody)",
    replaces: "the key in whose place it comes: what that one sent can be sent again with it",
  },
  noteDown: (id: string, name: string, role: string) =>
    `key ${id} for ${name} (${role}): note it down, it is not shown again`,
  replaced: (id: string) =>
    `key ${id} is still valid: revoke it when the new one is in place (npx warifu key revoke ${id})`,
  list: {
    summary: "list all keys ever issued",
    description: "Lists all keys ever issued, without their secrets.",
  },
  revoke: {
    id: "the key's id, the 16 digits after wk_",
    summary: "revoke a key",
    description: "Revokes a key; it is refused from that moment on.",
  },
  revoked: (id: string) => `key ${id} is revoked`,
  /** What is noted about a key or an account in its list. */
  notes: {
    sources: (names: string) => `sources ${names}`,
    types: (names: string) => `types ${names}`,
    rate: (requests: number) => `${requests} a minute`,
    until: (time: string) => `until ${time}`,
    neverUsed: "never used",
    lastUsed: (time: string) => `last used ${time}`,
    revoked: (time: string) => `revoked ${time}`,
    byProvider: "by the identity provider",
    passkeys: (count: number) => `${count} passkey${count === 1 ? "" : "s"}`,
    invited: (time: string) => `invited until ${time}`,
    removed: (time: string) => `removed ${time}`,
  },
  /** Between notes. */
  andThen: "; ",
  values: {
    keyId: "A key's id has 16 hexadecimal digits.",
    officerId: "An account's id is of_ and 16 hexadecimal digits.",
    timeToCome: "It is a day or time to come, such as 2027-04-11, or 90d, 12h.",
  },

  account: {
    summary: "make a key of an account on the chain",
    description: "Keys of accounts on the chain: one that anchors, one that may close, one that is admin.",
  },
  newAccount: {
    summary: "make a key in an encrypted keystore, and print its address",
    description:
      "Makes a key in an encrypted keystore (Web3 Secret Storage) and prints its address. A password file that is not there " +
      "is made with a random password. A keystore that is there is never replaced.",
    keystore: "the keystore to make",
    passwordFile: "the file with its password",
  },
  passwordMade: (file: string) => `its password was made as well: ${file}`,
  keepApart: (keystore: string, passwordFile: string) =>
    `keep ${keystore} and ${passwordFile} apart, and a copy of each: without both the account is lost`,

  rotate: {
    summary: "replace the key of the vault, so that old copies of it cannot be opened",
    description:
      "Puts everything in the vault of a stopped service under a new key, then destroys the former one: copies of the vault " +
      "that were made before can be opened no more, once its copies are destroyed as well. If it is cut off, start it again.",
    dataDir: "the data folder (default: WARIFU_DATA_DIR, else data)",
    newKeyFile: "if the key is not in a file: the file for the new one, made if it is missing",
    leaveDamaged: "go on although some values open with no key: they are lost",
  },
  rewrapped: "values rewrapped",
  rotated: (values: number, keyFile: string) =>
    `the vault is under a new key: ${counted(values, "value")}, key in ${keyFile}`,
  damaged: (values: number) => `${counted(values, "value")} opened with no key`,
  copyNewKey: "copy the new key to where its backup is, and destroy every copy of the former one",
  putNewKey: "put the new key to where the service takes it from, then destroy the former one and every copy of it",

  officer: {
    summary: "invite people to the desk; list and remove their accounts",
    description: "Accounts of people who sign in to the desk.",
    after: `
An account is for a person, who signs in to the desk with a passkey; API keys are for programs. The link is valid once: hand
it over in person, or by a way that nobody else reads.

Examples:
  warifu officer invite --name 'M. Ruiz' --role officer --source 'reports/*'
  warifu officer invite --again of_4f0c9e2d1b3a5768
  warifu officer list
  warifu officer remove of_4f0c9e2d1b3a5768`,
  },
  invite: {
    summary: "make an account and a link with which its passkey is registered",
    description: "Makes an account, and prints a link with which a passkey is registered for it, once.",
    name: "who it is, for colleagues",
    role: "what the account allows",
    source: "a source it is for, or a prefix such as 'reports/*'; repeatable (default: all)",
    expires: "until when the account is valid: a day, or 90d, 12h (default: always)",
    rate: "requests a minute (default: as many as anybody)",
    again: "instead: another link for an account, for a further or a lost device",
    hours: "how long the link is valid (default: 24)",
  },
  invited: (id: string, until: string) => `for account ${id}, valid once, until ${until}; it is not shown again`,
  listOfficers: { summary: "list all accounts ever made", description: "Lists all accounts ever made." },
  remove: {
    id: "the account's id",
    summary: "remove an account",
    description: "Removes an account: whoever is signed in with it is so no more. What it did stays on record.",
  },
  removed: (id: string) => `account ${id} is removed`,
};

export const accessTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
