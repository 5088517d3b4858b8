#!/usr/bin/env bash
# Makes the files of a base image out of this machine's own JDK and libraries, for machines that can pull no image.
# Usage: docker/rootfs.sh FOLDER
set -euo pipefail

root="${1:?the folder to fill}"
java="$(readlink -f "${JAVA_HOME:+$JAVA_HOME/bin/}java")"
[ -x "$java" ] || java="$(readlink -f "$(command -v java)")"
java_home="${java%/bin/java}"
[ -x "$java_home/bin/jlink" ] || { printf 'rootfs: %s has no jlink; set JAVA_HOME to a JDK\n' "$java_home" >&2; exit 1; }

# What Kafka, Quarkus and DJL use. java.se holds what a server-side program may expect.
modules=java.se,jdk.unsupported,jdk.crypto.ec,jdk.management,jdk.naming.dns,jdk.net,jdk.zipfs
# A shell for entry points, and the few tools with which an image's folders are made and looked into.
tools=(sh cat chown dd df ls mkdir rm)
# Not linked by the JDK but by the native parts of RocksDB, zstd, snappy and PyTorch.
libraries=(libstdc++.so.6 libgcc_s.so.1 libm.so.6 librt.so.1 libpthread.so.0 libdl.so.2 libz.so.1)

rm -rf "$root"
mkdir -p "$root/opt" "$root/bin" "$root/etc" "$root/var/lib" "$root/usr/bin"
"$java_home/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
  --output "$root/opt/java"
for tool in "${tools[@]}"; do
  cp -L "$(command -v "$tool")" "$root/bin/$tool"
done
# The loader and every library, at the paths where the loader looks for them.
{
  find "$root/opt/java" "$root/bin" -type f \( -perm -u+x -o -name '*.so' \) -exec ldd {} + 2> /dev/null \
    | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' || true
  for library in "${libraries[@]}"; do
    ldconfig -p | sed -n "s/^[[:space:]]*$library .*x86-64.*=> //p; s/^[[:space:]]*$library .*AArch64.*=> //p" | head -n 1
  done
} | grep -v "^$root" | sort -u | while IFS= read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
mkdir -m 1777 "$root/tmp"
printf 'root:x:0:0:root:/:/bin/sh\nlethe:x:1000:1000:Lethe:/var/lib/lethe:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\nlethe:x:1000:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
