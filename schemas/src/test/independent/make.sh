#!/bin/sh
# Makes the log in src/test/resources/tlog/go anew, with an implementation that is not ours.
# Needs Go and golang.org/x/mod; on Debian: apt-get install golang-go golang-golang-x-mod-dev.
set -eu
cd "$(dirname "$0")"
folder=../resources/tlog/go
rm -rf "$folder"
GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="${TMPDIR:-/tmp}/lethe-go-cache" \
  go run tlogcheck.go make "$folder" go.example/log 600
