/**
 * Tables of a log in PostgreSQL: those of the ledger as SQLite has them (sqlite/schema.ts), and besides them the head and the
 * leases, by which several services share one log; those of the vault in a schema of their own. Texts are compared byte by
 * byte, whatever the database's language.
 */

/** Version in the table `schema_version`. The first lacks {@link INDEX_TABLES}: see upgrade.ts. */
export const SCHEMA_VERSION = 2;

/** Version of a ledger that another one's rows are being copied into: nobody opens it. */
export const BEING_FILLED = 0;

const TEXT = 'text COLLATE "C"';

/** What entries are found by: record-lists.ts and leaf-index.ts. */
export const INDEX_TABLES = `
  CREATE TABLE record_list (
    list ${TEXT} NOT NULL,
    tile_index bigint NOT NULL,
    places bytea NOT NULL,
    PRIMARY KEY (list, tile_index)
  );
  CREATE TABLE leaf_bucket (bucket bigint PRIMARY KEY, items bytea NOT NULL);
`;

/** Creates the tables of an empty ledger. */
export const LEDGER_SCHEMA = `
  CREATE TABLE log (origin ${TEXT} PRIMARY KEY, seal bytea NOT NULL);
  CREATE TABLE schema_version (version bigint PRIMARY KEY);

  -- One row. Whoever writes to the log holds it, and moves it on together with what it writes.
  CREATE TABLE head (
    id bigint PRIMARY KEY CHECK (id = 1),
    tree_size bigint NOT NULL,
    root_hash bytea,
    note ${TEXT}
  );
  INSERT INTO head VALUES (1, 0, NULL, NULL);

  -- Who may do what only one may do. The fence only rises.
  CREATE TABLE lease (
    name ${TEXT} PRIMARY KEY,
    holder ${TEXT} NOT NULL,
    fence bigint NOT NULL,
    until timestamptz NOT NULL
  );

  CREATE TABLE source (
    source_ref bigint PRIMARY KEY,
    name ${TEXT} NOT NULL,
    source_id bytea NOT NULL
  );
  CREATE UNIQUE INDEX source_by_name ON source (name);

  CREATE TABLE entry (
    leaf_index bigint PRIMARY KEY,
    kind bigint NOT NULL,
    source_ref bigint NOT NULL,
    seq bigint NOT NULL,
    id bytea NOT NULL,
    body_digest bytea NOT NULL,
    body bytea
  );
  CREATE UNIQUE INDEX entry_by_id ON entry (id);
  CREATE UNIQUE INDEX entry_by_seq ON entry (source_ref, seq);
  CREATE INDEX entry_by_kind ON entry (kind, leaf_index) WHERE kind <> 1;
  CREATE INDEX entry_by_digest ON entry USING hash (body_digest);

  CREATE TABLE submission (
    source_ref bigint NOT NULL,
    key ${TEXT} NOT NULL,
    leaf_index bigint NOT NULL,
    PRIMARY KEY (source_ref, key)
  );
  CREATE INDEX submission_by_leaf ON submission (leaf_index);

  CREATE TABLE tile (
    level bigint NOT NULL,
    tile_index bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, tile_index)
  );

  ${INDEX_TABLES}

  CREATE TABLE checkpoint (
    tree_size bigint PRIMARY KEY,
    root_hash bytea NOT NULL,
    note ${TEXT} NOT NULL,
    seal bytea NOT NULL
  );

  CREATE TABLE sender (sender_ref bigint PRIMARY KEY, name ${TEXT} NOT NULL, seal bytea NOT NULL);
  CREATE UNIQUE INDEX sender_by_name ON sender (name);
  CREATE TABLE sent (leaf_index bigint PRIMARY KEY, sender_ref bigint NOT NULL);
  CREATE TABLE alias (
    source_ref bigint NOT NULL,
    key ${TEXT} NOT NULL,
    leaf_index bigint NOT NULL,
    seal bytea NOT NULL,
    PRIMARY KEY (source_ref, key)
  );
  CREATE INDEX alias_by_leaf ON alias (leaf_index);

  CREATE TABLE anchor (
    anchor_id bigint PRIMARY KEY,
    tree_size bigint NOT NULL,
    root_hash bytea NOT NULL,
    note ${TEXT} NOT NULL,
    base_size bigint NOT NULL,
    chain_id bigint NOT NULL,
    contract ${TEXT} NOT NULL,
    account ${TEXT} NOT NULL,
    transaction_hash ${TEXT} NOT NULL,
    nonce bigint NOT NULL,
    raw ${TEXT} NOT NULL,
    max_fee ${TEXT} NOT NULL,
    max_tip ${TEXT} NOT NULL,
    state ${TEXT} NOT NULL,
    sent_at bigint,
    paid ${TEXT},
    block_number bigint,
    block_hash ${TEXT},
    evidence ${TEXT},
    created_at bigint NOT NULL,
    seal bytea NOT NULL
  );
  CREATE INDEX anchor_by_state ON anchor (state, tree_size);
  CREATE INDEX anchor_by_block ON anchor (state, block_number);
  CREATE INDEX anchor_by_transaction ON anchor (transaction_hash);
  CREATE INDEX anchor_by_nonce ON anchor (account, nonce);
  CREATE INDEX anchor_by_cost ON anchor (sent_at) WHERE paid IS NOT NULL;
  CREATE TABLE anchor_course (
    anchor_id bigint PRIMARY KEY,
    head_signed_at bigint,
    first_sent_at bigint,
    included_at bigint,
    final_at bigint,
    gas_used bigint,
    data_fee ${TEXT},
    seal bytea NOT NULL
  );
  CREATE TABLE anchor_left_block (
    anchor_id bigint NOT NULL,
    block_hash ${TEXT} NOT NULL,
    block_number bigint NOT NULL,
    left_at bigint NOT NULL,
    seal bytea NOT NULL,
    PRIMARY KEY (anchor_id, block_hash)
  );
  CREATE TABLE contract (
    chain_id bigint NOT NULL,
    contract ${TEXT} PRIMARY KEY,
    genesis ${TEXT} NOT NULL,
    code_hash ${TEXT} NOT NULL,
    start_size bigint NOT NULL,
    after_anchor bigint NOT NULL,
    seal bytea NOT NULL
  );

  CREATE TABLE api_key (
    key_id ${TEXT} PRIMARY KEY,
    name ${TEXT} NOT NULL,
    role ${TEXT} NOT NULL,
    secret_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint,
    seal bytea NOT NULL
  );
  CREATE TABLE api_key_scope (
    key_id ${TEXT} PRIMARY KEY,
    sender ${TEXT} NOT NULL,
    sources ${TEXT},
    types ${TEXT},
    expires_at bigint,
    rate_per_minute bigint,
    seal bytea NOT NULL
  );
  CREATE TABLE api_key_use (key_id ${TEXT} PRIMARY KEY, used_at bigint NOT NULL, seal bytea NOT NULL);

  CREATE TABLE officer (
    officer_id ${TEXT} PRIMARY KEY,
    name ${TEXT} NOT NULL,
    role ${TEXT} NOT NULL,
    sources ${TEXT},
    expires_at bigint,
    rate_per_minute bigint,
    issuer ${TEXT},
    subject ${TEXT},
    created_at bigint NOT NULL,
    removed_at bigint,
    seal bytea NOT NULL
  );
  CREATE TABLE passkey (
    credential_id ${TEXT} PRIMARY KEY,
    officer_id ${TEXT} NOT NULL,
    public_key bytea NOT NULL,
    counter bigint NOT NULL,
    transports ${TEXT} NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint,
    seal bytea NOT NULL
  );
  CREATE TABLE invitation (
    invitation_id ${TEXT} PRIMARY KEY,
    officer_id ${TEXT} NOT NULL,
    secret_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    seal bytea NOT NULL
  );
  CREATE TABLE session (
    session_id ${TEXT} PRIMARY KEY,
    officer_id ${TEXT} NOT NULL,
    secret_hash bytea NOT NULL,
    begun_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    seal bytea NOT NULL
  );

  CREATE TABLE citizen (
    citizen_id ${TEXT} PRIMARY KEY,
    pseudonym ${TEXT} NOT NULL,
    age_band ${TEXT} NOT NULL,
    language ${TEXT} NOT NULL,
    subject ${TEXT} NOT NULL,
    recovery_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    seal bytea NOT NULL
  );
  CREATE UNIQUE INDEX citizen_by_subject ON citizen (subject);
  CREATE TABLE former_citizen (citizen_id ${TEXT} PRIMARY KEY, removed_at bigint NOT NULL, seal bytea NOT NULL);
  CREATE TABLE citizen_passkey (
    credential_id ${TEXT} PRIMARY KEY,
    citizen_id ${TEXT} NOT NULL,
    public_key bytea NOT NULL,
    counter bigint NOT NULL,
    transports ${TEXT} NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint,
    seal bytea NOT NULL
  );
  CREATE INDEX citizen_passkey_by_citizen ON citizen_passkey (citizen_id);
  CREATE TABLE citizen_session (
    session_id ${TEXT} PRIMARY KEY,
    citizen_id ${TEXT} NOT NULL,
    secret_hash bytea NOT NULL,
    begun_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    seal bytea NOT NULL
  );
  CREATE INDEX citizen_session_by_citizen ON citizen_session (citizen_id);
`;

/** Creates the tables of an empty vault. */
export const VAULT_SCHEMA = `
  CREATE TABLE opening (leaf_index bigint PRIMARY KEY, wrapped_key bytea NOT NULL, sealed bytea NOT NULL);
  CREATE TABLE attachment (
    leaf_index bigint NOT NULL,
    place bigint NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (leaf_index, place)
  );
  CREATE TABLE to_publish (leaf_index bigint PRIMARY KEY);
  CREATE TABLE erased (leaf_index bigint PRIMARY KEY, note bytea NOT NULL);
  CREATE TABLE secret (name ${TEXT} PRIMARY KEY, wrapped bytea NOT NULL);
  CREATE TABLE person (
    leaf_index bigint NOT NULL,
    digest bytea NOT NULL,
    subject bigint NOT NULL,
    PRIMARY KEY (leaf_index, digest)
  );
  CREATE INDEX person_by_digest ON person (digest, subject);
  CREATE INDEX person_by_subject ON person (subject);
  CREATE TABLE subject_count (id bigint PRIMARY KEY CHECK (id = 1), subjects bigint NOT NULL);
  INSERT INTO subject_count VALUES (1, 0);
  -- What was set aside, and since when; as long as it has not been seen there, without a time.
  CREATE TABLE set_aside (
    "row" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    leaf_index bigint NOT NULL,
    wrapped_key bytea NOT NULL,
    sealed bytea NOT NULL,
    noted_at bigint
  );
  CREATE TABLE set_aside_attachment (
    "row" bigint NOT NULL,
    place bigint NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY ("row", place)
  );
`;
