// Command tlog-proof checks a C2SP tlog-proof of an entry under a C2SP tlog-policy. It is built from somebody else's library
// alone, so that it agrees with this project only where the specifications do.
package main

import (
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 4 {
		fail("usage: tlog-proof POLICY PROOF ENTRY")
	}
	policy, err := torchwood.ParsePolicy(read(os.Args[1]))
	if err != nil {
		fail(err)
	}
	if err := torchwood.VerifyProof(policy, tlog.RecordHash(read(os.Args[3])), read(os.Args[2])); err != nil {
		fail(err)
	}
}

func read(path string) []byte {
	bytes, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	return bytes
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
