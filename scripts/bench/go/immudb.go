package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/codenotary/immudb/embedded/logger"
	"github.com/codenotary/immudb/embedded/store"
)

// As many as the bench sends at a time; the store refuses more than 30 unless it is told.
const mostAtOnce = 256

// The store of immudb without its server: a batch is a transaction, and a record a key of 16 bytes with its body.
type immudbStore struct {
	store *store.ImmuStore
	batch int
}

func openImmudb(folder string, batch int) (*immudbStore, error) {
	options := store.DefaultOptions().
		WithMaxTxEntries(batch).
		WithSynced(true).
		WithSyncFrequency(gather).
		WithMaxConcurrency(mostAtOnce).
		WithLogger(logger.NewSimpleLoggerWithLevel("immudb", io.Discard, logger.LogError))
	opened, err := store.Open(folder, options)
	return &immudbStore{store: opened, batch: batch}, err
}

func (s *immudbStore) appendBatch(ctx context.Context, first int, bodies [][]byte) error {
	tx, err := s.store.NewWriteOnlyTx(ctx)
	if err != nil {
		return err
	}
	for n, body := range bodies {
		if err := tx.Set(keyOf(first+n), nil, body); err != nil {
			return err
		}
	}
	// It waits for the disk and for the index.
	_, err = tx.Commit(ctx)
	return err
}

func (s *immudbStore) expectSingles(context.Context, int) error {
	return nil
}

// What a client needs to verify a record: the proof within its transaction, and from there to the newest one.
func (s *immudbStore) reader(ctx context.Context) (func(n int) error, error) {
	newest, err := s.store.ReadTxHeader(s.store.LastCommittedTxID(), false, false)
	if err != nil {
		return nil, err
	}
	tx := store.NewTx(s.batch, store.DefaultMaxKeyLen)
	return func(n int) error {
		found, err := s.store.Get(ctx, keyOf(n))
		if err != nil {
			return err
		}
		body, err := found.Resolve()
		if err != nil {
			return err
		}
		if len(body) == 0 {
			return fmt.Errorf("record %d is empty", n)
		}
		if err := s.store.ReadTx(found.Tx(), false, tx); err != nil {
			return err
		}
		if _, err := tx.Proof(keyOf(n)); err != nil {
			return err
		}
		_, err = s.store.DualProofV2(tx.Header(), newest)
		return err
	}, nil
}

func (s *immudbStore) close(context.Context) error {
	return s.store.Close()
}

func keyOf(n int) []byte {
	// Spread like the keyed hashes by which the ledger finds what is sent again.
	key := make([]byte, 16)
	binary.BigEndian.PutUint64(key, uint64(n)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(key[8:], uint64(n))
	return key
}
