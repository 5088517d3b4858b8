// Checks and makes logs in the formats of C2SP with golang.org/x/mod/sumdb, the implementation that
// Go's checksum database is verified with. It shares no code with Lethe.
//
//	go run tlogcheck.go verify FOLDER VKEY [CHECKPOINT...]   verifies a log's folder, and that it continues checkpoints
//	go run tlogcheck.go proof FILE ENTRY VKEY                verifies a tlog-proof of an entry's file
//	go run tlogcheck.go make FOLDER ORIGIN SIZE              makes a log with proofs, signed by a key from a fixed seed
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("give verify, proof or make")
	}
	switch arguments := os.Args[2:]; os.Args[1] {
	case "verify":
		verify(arguments[0], arguments[1], arguments[2:])
	case "proof":
		proof(arguments[0], arguments[1], arguments[2])
	case "make":
		size, err := strconv.ParseInt(arguments[2], 10, 64)
		must(err)
		makeLog(arguments[0], arguments[1], size)
	default:
		log.Fatalf("no command %s", os.Args[1])
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(file string) []byte {
	data, err := os.ReadFile(file)
	must(err)
	return data
}

// checkpoint opens a signed checkpoint.
func checkpoint(signed []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		log.Fatalf("a checkpoint of another log, or none: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

type tiles struct{ folder string }

func (t tiles) Height() int { return height }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func position(n int64, width int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}

func verify(folder, vkey string, known []string) {
	tree := checkpoint(read(filepath.Join(folder, "checkpoint")), vkey)
	// The reader checks every tile against the tree's signed root before it hands out a hash.
	hashes := tlog.TileHashReader(tree, tiles{folder})
	for n := int64(0); n*256 < tree.N; n++ {
		width := tree.N - n*256
		if width > 256 {
			width = 256
		}
		bundle := bytes.NewReader(read(filepath.Join(folder, "tile/entries", position(n, width))))
		for i := n * 256; i < n*256+width; i++ {
			var length uint16
			must(binary.Read(bundle, binary.BigEndian, &length))
			entry := make([]byte, length)
			_, err := io.ReadFull(bundle, entry)
			must(err)
			path, err := tlog.ProveRecord(tree.N, i, hashes)
			must(err)
			if err := tlog.CheckRecord(path, tree.N, tree.Hash, i, tlog.RecordHash(entry)); err != nil {
				log.Fatalf("entry %d: %v", i+1, err)
			}
		}
		if bundle.Len() != 0 {
			log.Fatalf("bundle %d has %d bytes too many", n, bundle.Len())
		}
	}
	for _, file := range known {
		old := checkpoint(read(file), vkey)
		path, err := tlog.ProveTree(tree.N, old.N, hashes)
		must(err)
		must(tlog.CheckTree(path, tree.N, tree.Hash, old.N, old.Hash))
	}
	fmt.Printf("verified %d entries and %d earlier checkpoints\n", tree.N, len(known))
}

func proof(file, entryFile, vkey string) {
	head, signed, found := strings.Cut(string(read(file)), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		log.Fatal("no tlog-proof")
	}
	tree := checkpoint([]byte(signed), vkey)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		must(err)
		path = append(path, hash)
	}
	must(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(read(entryFile))))
	fmt.Printf("verified entry %d of %d\n", index+1, tree.N)
}

type storage []tlog.Hash

func (s *storage) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = (*s)[index]
	}
	return hashes, nil
}

func write(file string, data []byte) {
	must(os.MkdirAll(filepath.Dir(file), 0o755))
	must(os.WriteFile(file, data, 0o644))
}

func makeLog(folder, origin string, size int64) {
	seed := sha256.Sum256([]byte("a key for tests alone: " + origin))
	private := ed25519.NewKeyFromSeed(seed[:])
	public := private.Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(origin, public)
	must(err)
	id := strings.Split(vkey, "+")[1]
	secret := append([]byte{1}, seed[:]...)
	signer, err := note.NewSigner(
		"PRIVATE+KEY+" + origin + "+" + id + "+" + base64.StdEncoding.EncodeToString(secret))
	must(err)
	var hashes storage
	var bundle bytes.Buffer
	for i := int64(0); i < size; i++ {
		entry := []byte(fmt.Sprintf("entry %d of a log that Go made", i))
		stored, err := tlog.StoredHashes(i, entry, &hashes)
		must(err)
		hashes = append(hashes, stored...)
		must(binary.Write(&bundle, binary.BigEndian, uint16(len(entry))))
		bundle.Write(entry)
		if (i+1)%256 == 0 || i+1 == size {
			write(filepath.Join(folder, "tile/entries", position(i/256, i%256+1)), bundle.Bytes())
			bundle.Reset()
		}
	}
	for _, tile := range tlog.NewTiles(height, 0, size) {
		if tile.W < 256 && int64(tile.W) != size>>(height*uint(tile.L))%256 {
			continue // Unfinished at an earlier size.
		}
		data, err := tlog.ReadTileData(tile, &hashes)
		must(err)
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		write(filepath.Join(folder, path), data)
	}
	sign := func(n int64) []byte {
		root, err := tlog.TreeHash(n, &hashes)
		must(err)
		signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, n, root)}, signer)
		must(err)
		return signed
	}
	write(filepath.Join(folder, "checkpoint"), sign(size))
	write(filepath.Join(folder, "vkey"), []byte(vkey+"\n"))
	for _, n := range []int64{1, 2, 3, 64, 255, 256, 257, size - 1} {
		if n < size {
			write(filepath.Join(folder, fmt.Sprintf("earlier/%d", n)), sign(n))
			path, err := tlog.ProveTree(size, n, &hashes)
			must(err)
			write(filepath.Join(folder, fmt.Sprintf("consistency/%d", n)), lines("", path))
		}
	}
	for _, i := range []int64{0, 1, 5, 100, 255, 256, size - 1} {
		if i < size {
			path, err := tlog.ProveRecord(size, i, &hashes)
			must(err)
			head := lines(fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n", i), tlog.TreeProof(path))
			text := append(append(head, '\n'), sign(size)...)
			write(filepath.Join(folder, fmt.Sprintf("proofs/%d.tlog-proof", i)), text)
		}
	}
}

func lines(head string, path tlog.TreeProof) []byte {
	text := []byte(head)
	for _, hash := range path {
		text = append(text, (hash.String() + "\n")...)
	}
	return text
}
