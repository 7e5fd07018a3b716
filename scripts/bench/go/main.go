// Command peers appends records to somebody else's log and reads them back, and says how long that took and how much CPU:
// Tessera (a transparency log over files) and the store of immudb, each as a library in this one process, each with its own
// way to the disk and with an fsync before anything counts as appended.
//
// usage: peers tessera|immudb FOLDER BODIES BATCH CONNECTIONS SINGLES_AT_ONCE RECORDS SINGLES READS
//
// BODIES has one record a line. What is measured goes to stdout as one JSON object; times are in seconds.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// What shares an fsync, and so a part of what a single record waits for. Both are told the same.
const gather = 5 * time.Millisecond

// A peer takes records and gives them back. Its methods are called by several goroutines.
type peer interface {
	// appendBatch returns when all are durable, and can be read and proven.
	appendBatch(ctx context.Context, first int, bodies [][]byte) error
	// expectSingles is called between the batches and the records that come one by one.
	expectSingles(ctx context.Context, atOnce int) error
	// reader returns what reads one record with its proof, for one goroutine.
	reader(ctx context.Context) (func(n int) error, error)
	close(ctx context.Context) error
}

type cost struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"`
}

func main() {
	if len(os.Args) != 10 {
		fail("usage: peers tessera|immudb FOLDER BODIES BATCH CONNECTIONS SINGLES_AT_ONCE RECORDS SINGLES READS")
	}
	ctx := context.Background()
	kind, folder := os.Args[1], os.Args[2]
	batch, connections, singlesAtOnce := number(4), number(5), number(6)
	records, singles, reads := number(7), number(8), number(9)
	bodies := lines(os.Args[3])
	if len(bodies) < records+singles {
		fail("too few bodies")
	}
	log, err := open(ctx, kind, folder, batch)
	check(err)
	out := map[string]cost{}
	out["batches"] = measure(connections, (records+batch-1)/batch, func(n int) error {
		first := n * batch
		return log.appendBatch(ctx, first, bodies[first:min(first+batch, records)])
	})
	check(log.expectSingles(ctx, singlesAtOnce))
	out["singles"] = measure(singlesAtOnce, singles, func(n int) error {
		return log.appendBatch(ctx, records+n, bodies[records+n:records+n+1])
	})
	out["reads"] = readBack(ctx, log, connections, reads, records)
	check(log.close(ctx))
	check(json.NewEncoder(os.Stdout).Encode(out))
}

func open(ctx context.Context, kind, folder string, batch int) (peer, error) {
	switch kind {
	case "tessera":
		return openTessera(ctx, folder, batch)
	case "immudb":
		return openImmudb(folder, batch)
	}
	return nil, fmt.Errorf("no such peer: %s", kind)
}

func readBack(ctx context.Context, log peer, connections, reads, records int) cost {
	readers := make(chan func(n int) error, connections)
	for range connections {
		read, err := log.reader(ctx)
		check(err)
		readers <- read
	}
	// All over the log, in an order that no cache foresees.
	const stride = 7919
	return measure(connections, reads, func(n int) error {
		read := <-readers
		defer func() { readers <- read }()
		return read(n * stride % records)
	})
}

// measure calls act with 0 to count-1, several at a time.
func measure(atOnce, count int, act func(n int) error) cost {
	next := make(chan int)
	var group sync.WaitGroup
	before, started := cpu(), time.Now()
	for range atOnce {
		group.Go(func() {
			for n := range next {
				check(act(n))
			}
		})
	}
	for n := range count {
		next <- n
	}
	close(next)
	group.Wait()
	return cost{Seconds: time.Since(started).Seconds(), CPU: cpu() - before}
}

// cpu is what this process has used so far, in all its threads.
func cpu() float64 {
	var used syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(used.Utime) + seconds(used.Stime)
}

func lines(path string) [][]byte {
	content, err := os.ReadFile(path)
	check(err)
	return bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
}

func number(at int) int {
	n, err := strconv.Atoi(os.Args[at])
	if err != nil || n < 1 {
		fail("not a number: " + os.Args[at])
	}
	return n
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
