// Command subtree-proof checks proofs that subtrees are of a tree, one a line on stdin, as a C2SP mirror does:
//
//	SIZE ROOT START END SUBTREE [HASH...]
//
// with hashes in base64. It is built from somebody else's library alone.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	checked := 0
	for lines.Scan() {
		if err := check(strings.Fields(lines.Text())); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", lines.Text(), err)
			os.Exit(1)
		}
		checked++
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(checked)
}

func check(fields []string) error {
	if len(fields) < 5 {
		return fmt.Errorf("too few fields")
	}
	var numbers [3]int64
	for n, at := range []int{0, 2, 3} {
		number, err := strconv.ParseInt(fields[at], 10, 64)
		if err != nil {
			return err
		}
		numbers[n] = number
	}
	var proof torchwood.SubtreeProof
	for _, field := range fields[5:] {
		hash, err := hashOf(field)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	root, err := hashOf(fields[1])
	if err != nil {
		return err
	}
	subtree, err := hashOf(fields[4])
	if err != nil {
		return err
	}
	return torchwood.CheckSubtree(proof, numbers[0], root, numbers[1], numbers[2], subtree)
}

func hashOf(text string) (tlog.Hash, error) {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return tlog.Hash{}, err
	}
	if len(bytes) != tlog.HashSize {
		return tlog.Hash{}, fmt.Errorf("%d bytes are not a hash", len(bytes))
	}
	return tlog.Hash(bytes), nil
}
