/**
 * Tables of the ledger's database. Entries, tiles, checkpoints and keys are only ever inserted, until a record is erased:
 * then its keys are deleted, and if its body is withheld, that becomes NULL. Rows that nothing in the log vouches for carry
 * a seal, so that the audit notices a changed byte.
 */

/** Version in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 12;

/**
 * Earlier versions that are brought up to this one: the first lacks {@link SENDER_TABLES}, the first two lack
 * {@link KEY_INDEXES}, the first three {@link COURSE_TABLE}, the first four {@link OFFICER_TABLES}, the first five
 * {@link CITIZEN_TABLES}, the first six {@link LEFT_BLOCK_TABLE}, the first seven {@link LIST_TABLE}, the first eight
 * {@link LEAF_TABLE}, and all of them {@link SEQ_TABLE}. Up to version 10 there is an index of ids, and version 10 has other
 * buckets of leaves.
 */
export const FORMER_SCHEMA_VERSIONS: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Which records of a full tile are of a source or a type: see record-lists.ts. */
export const LIST_TABLE = `
  CREATE TABLE record_list (
    list TEXT NOT NULL,
    tile_index INTEGER NOT NULL,
    places BLOB NOT NULL,
    PRIMARY KEY (list, tile_index)
  ) STRICT, WITHOUT ROWID;
`;

/** Which leaf has a given hash: see leaf-index.ts. */
export const LEAF_TABLE = `
  CREATE TABLE leaf_bucket (
    bucket INTEGER PRIMARY KEY,
    items BLOB NOT NULL
  ) STRICT;
`;

/** Which entry has a number of a source, for entries in full groups: see seq-index.ts. */
export const SEQ_TABLE = `
  CREATE TABLE source_seq (
    source_ref INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    leaf_index INTEGER NOT NULL,
    PRIMARY KEY (source_ref, seq)
  ) STRICT, WITHOUT ROWID;
`;

/** When anchors took their steps and what that used. */
export const COURSE_TABLE = `
  CREATE TABLE anchor_course (
    anchor_id INTEGER PRIMARY KEY,
    head_signed_at INTEGER,
    first_sent_at INTEGER,
    included_at INTEGER,
    final_at INTEGER,
    gas_used INTEGER,
    data_fee TEXT,
    seal BLOB NOT NULL
  ) STRICT;
`;

/** Blocks that anchors were in before reorgs. */
export const LEFT_BLOCK_TABLE = `
  CREATE TABLE anchor_left_block (
    anchor_id INTEGER NOT NULL,
    block_hash TEXT NOT NULL,
    block_number INTEGER NOT NULL,
    left_at INTEGER NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (anchor_id, block_hash)
  ) STRICT;
`;

/** Who may sign in to the desk, with what, and who has. */
export const OFFICER_TABLES = `
  CREATE TABLE officer (
    officer_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    sources TEXT,
    expires_at INTEGER,
    rate_per_minute INTEGER,
    issuer TEXT,
    subject TEXT,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE passkey (
    credential_id TEXT PRIMARY KEY,
    officer_id TEXT NOT NULL,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE invitation (
    invitation_id TEXT PRIMARY KEY,
    officer_id TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE session (
    session_id TEXT PRIMARY KEY,
    officer_id TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    begun_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;
`;

/** Who has joined as a citizen, with what, who is signed in, and who was. */
export const CITIZEN_TABLES = `
  CREATE TABLE citizen (
    citizen_id TEXT PRIMARY KEY,
    pseudonym TEXT NOT NULL,
    age_band TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL UNIQUE,
    recovery_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE former_citizen (
    citizen_id TEXT PRIMARY KEY,
    removed_at INTEGER NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE citizen_passkey (
    credential_id TEXT PRIMARY KEY,
    citizen_id TEXT NOT NULL,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    seal BLOB NOT NULL
  ) STRICT;
  CREATE INDEX citizen_passkey_by_citizen ON citizen_passkey (citizen_id);

  CREATE TABLE citizen_session (
    session_id TEXT PRIMARY KEY,
    citizen_id TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    begun_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;
  CREATE INDEX citizen_session_by_citizen ON citizen_session (citizen_id);
`;

/** Which keys a record has, for when it is erased. Leaf indexes rise, so both are appended to. */
export const KEY_INDEXES = `
  CREATE INDEX submission_by_leaf ON submission (leaf_index);
  CREATE INDEX alias_by_leaf ON alias (leaf_index);
`;

/** Who sent what, further idempotency keys, and what an API key is limited to. */
export const SENDER_TABLES = `
  CREATE TABLE sender (
    sender_ref INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    seal BLOB NOT NULL
  ) STRICT;

  -- From this entry on, records are of that sender, until the next row. Under the seals of the checkpoints.
  CREATE TABLE sent (
    leaf_index INTEGER PRIMARY KEY,
    sender_ref INTEGER NOT NULL
  ) STRICT;

  -- Keys of repetitions that were recognised by their seq.
  CREATE TABLE alias (
    source_ref INTEGER NOT NULL,
    key TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (source_ref, key)
  ) STRICT;

  -- An API key without a row here is void.
  CREATE TABLE api_key_scope (
    key_id TEXT PRIMARY KEY,
    sender TEXT NOT NULL,
    sources TEXT,
    types TEXT,
    expires_at INTEGER,
    rate_per_minute INTEGER,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE api_key_use (
    key_id TEXT PRIMARY KEY,
    used_at INTEGER NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;
`;

/** Creates the tables of an empty database. */
export const SCHEMA = `
  CREATE TABLE log (
    origin TEXT NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE source (
    source_ref INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source_id BLOB NOT NULL
  ) STRICT;

  CREATE TABLE entry (
    leaf_index INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    source_ref INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    body_digest BLOB NOT NULL,
    body BLOB
  ) STRICT;
  CREATE INDEX entry_by_kind ON entry (kind, leaf_index) WHERE kind <> 1;

  -- Ordered by the key's text, so that keys which rise in time are inserted side by side.
  CREATE TABLE submission (
    source_ref INTEGER NOT NULL,
    key TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,
    PRIMARY KEY (source_ref, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tile (
    level INTEGER NOT NULL,
    tile_index INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, tile_index)
  ) STRICT;

  -- seal: over the note, and the ids and keys of the entries that came with this checkpoint.
  CREATE TABLE checkpoint (
    tree_size INTEGER PRIMARY KEY,
    root_hash BLOB NOT NULL,
    note TEXT NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE digest_bucket (
    bucket INTEGER PRIMARY KEY,
    items BLOB NOT NULL
  ) STRICT;

  CREATE TABLE anchor (
    anchor_id INTEGER PRIMARY KEY,
    tree_size INTEGER NOT NULL,
    root_hash BLOB NOT NULL,
    note TEXT NOT NULL,
    base_size INTEGER NOT NULL,
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    account TEXT NOT NULL,
    transaction_hash TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    raw TEXT NOT NULL,
    max_fee TEXT NOT NULL,
    max_tip TEXT NOT NULL,
    state TEXT NOT NULL,
    sent_at INTEGER,
    paid TEXT,
    block_number INTEGER,
    block_hash TEXT,
    evidence TEXT,
    created_at INTEGER NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;
  CREATE INDEX anchor_by_state ON anchor (state, tree_size);
  CREATE INDEX anchor_by_block ON anchor (state, block_number);
  CREATE INDEX anchor_by_transaction ON anchor (transaction_hash);
  CREATE INDEX anchor_by_nonce ON anchor (account, nonce);
  CREATE INDEX anchor_by_cost ON anchor (sent_at, paid) WHERE paid IS NOT NULL;

  -- after_anchor: the anchors up to this one were made in another contract, or on a chain that is lost.
  CREATE TABLE contract (
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    genesis TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    start_size INTEGER NOT NULL,
    after_anchor INTEGER NOT NULL,
    seal BLOB NOT NULL
  ) STRICT;

  CREATE TABLE api_key (
    key_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    seal BLOB NOT NULL
  ) STRICT;
${SENDER_TABLES}${KEY_INDEXES}${COURSE_TABLE}${OFFICER_TABLES}${CITIZEN_TABLES}${LEFT_BLOCK_TABLE}${LIST_TABLE}${LEAF_TABLE}${SEQ_TABLE}`;
