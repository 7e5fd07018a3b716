package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

// Records become entries of a log of tiles, signed checkpoints of which are published every 100 ms, the least that it takes.
// An entry counts as appended when it is durable and in the tree, which is up to that long before.
type tesseraLog struct {
	folder   string
	signer   note.Signer
	appender *tessera.Appender
	files    tessera.LogReader
	shutdown func(context.Context) error
}

func openTessera(ctx context.Context, folder string, batch int) (*tesseraLog, error) {
	private, _, err := note.GenerateKey(rand.Reader, "bench.test/log")
	if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, err
	}
	log := &tesseraLog{folder: folder, signer: signer}
	return log, log.start(ctx, batch)
}

func (l *tesseraLog) start(ctx context.Context, batch int) error {
	driver, err := posix.New(ctx, posix.Config{Path: l.folder})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(l.signer).
		WithCheckpointInterval(100*time.Millisecond).
		WithBatching(uint(batch), gather).
		WithPushback(1 << 20)
	l.appender, l.shutdown, l.files, err = tessera.NewAppender(ctx, driver, options)
	return err
}

func (l *tesseraLog) appendBatch(ctx context.Context, _ int, bodies [][]byte) error {
	futures := make([]tessera.IndexFuture, len(bodies))
	for n, body := range bodies {
		futures[n] = l.appender.Add(ctx, tessera.NewEntry(body))
	}
	for _, future := range futures {
		if _, err := future(); err != nil {
			return err
		}
	}
	return nil
}

func (l *tesseraLog) expectSingles(ctx context.Context, atOnce int) error {
	// It shuts down once its checkpoint has everything.
	if err := l.shutdown(ctx); err != nil {
		return err
	}
	return l.start(ctx, atOnce)
}

func (l *tesseraLog) reader(ctx context.Context) (func(n int) error, error) {
	size, err := l.files.IntegratedSize(ctx)
	if err != nil {
		return nil, err
	}
	proofs, err := client.NewProofBuilder(ctx, size, l.files.ReadTile)
	if err != nil {
		return nil, err
	}
	return func(n int) error {
		bundle, err := client.GetEntryBundle(ctx, l.files.ReadEntryBundle, uint64(n/256), size)
		if err != nil {
			return err
		}
		if len(bundle.Entries[n%256]) == 0 {
			return fmt.Errorf("entry %d is empty", n)
		}
		_, err = proofs.InclusionProof(ctx, uint64(n))
		return err
	}, nil
}

func (l *tesseraLog) close(ctx context.Context) error {
	return l.shutdown(ctx)
}
