#!/usr/bin/env bash
# Debian 12, no root: unpacks the distribution's redis-server and the libraries it needs into the folder given,
# once, and prints the path of the program. Only the C library comes from the machine.
set -euo pipefail
dir=$1
if [ ! -x "$dir/bin/redis-server" ]; then
  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
  mkdir -p "$tmp"/{state/lists/partial,cache/archives/partial,deb,root}
  : >"$tmp/state/status"
  apt=(-o Dir::State="$tmp/state" -o Dir::State::status="$tmp/state/status" -o Dir::Cache="$tmp/cache"
    -o APT::Sandbox::User="" -qq)
  apt-get "${apt[@]}" update >&2
  (cd "$tmp/deb" && apt-get "${apt[@]}" download redis-server redis-tools liblzf1 libjemalloc2 libatomic1 libssl3 \
    libsystemd0 libstdc++6 libgcc-s1 libcap2 libgcrypt20 libgpg-error0 liblzma5 libzstd1 liblz4-1 >&2)
  for deb in "$tmp"/deb/*.deb; do dpkg -x "$deb" "$tmp/root"; done
  mkdir -p "$(dirname "$dir")"
  new=$(mktemp -d -p "$(dirname "$dir")")
  chmod 755 "$new"
  mkdir -p "$new"/{bin,lib,libexec}
  find "$tmp/root" -name '*.so*' -path '*linux-gnu*' -not -path '*/engines-3/*' -not -path '*/ossl-modules/*' \
    -exec cp -a -t "$new/lib" {} +
  for name in redis-server redis-cli; do
    # The program chooses its mode by the name that it was called by, so the name stays.
    cp -L "$tmp/root/usr/bin/$name" "$new/libexec/$name"
    printf '#!/bin/sh\nd=$(dirname "$(readlink -f "$0")")/..\nLD_LIBRARY_PATH="$d/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$d/libexec/%s" "$@"\n' \
      "$name" >"$new/bin/$name"
    chmod 755 "$new/bin/$name"
  done
  rm -rf "$dir"
  mv "$new" "$dir"
fi
echo "$dir/bin/redis-server"
