#!/bin/bash
# Tries the launcher as a new user meets it: on the real kernel, with caches of their own.
#
#   smoke.sh KERNEL RESULT     writes "PASSED FAILED" to the file RESULT

set -uo pipefail
kernel=$1
result=$2
home=$(cd -- "$(dirname -- "$0")/../../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state
cd "$home" || exit 1

passed=0
failed=0

# try NAME STATUS COMMAND...: runs it; its output is then in $work/out and $work/err.
try() {
    name=$1
    local expected=$2 status
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    if [ "$status" = "$expected" ]; then
        good
    else
        bad "its exit status is $status, not $expected"
    fi
}

good() {
    passed=$((passed + 1))
}

bad() {
    failed=$((failed + 1))
    printf 'FAILED %s: %s\n' "$name" "$1"
    sed 's/^/    out: /' "$work/out" | head -n 20
    sed 's/^/    err: /' "$work/err" | head -n 20
}

# out WORDS..., err WORDS...: the last command wrote each of them there.
out() { has out "$@"; }
err() { has err "$@"; }
has() {
    local file=$1 words
    shift
    for words; do
        if grep -qF -- "$words" "$work/$file"; then good; else bad "\"$words\" is not in its $file"; fi
    done
}

one_line_of_error() {
    if [ "$(wc -l <"$work/err")" = 1 ] && [ ! -s "$work/out" ]; then good; else bad "it does not say it in one line"; fi
}

# Writes a patch that deletes, from the file $1 of the kernel, the lines that match the patterns that follow.
deletion() {
    local file=$1 expressions=() pattern
    shift
    for pattern; do expressions+=(-e "/$pattern/d"); done
    mkdir -p "$work/a/$(dirname "$file")" "$work/b/$(dirname "$file")"
    tar -xJf "$kernel" --to-stdout "$(basename "$kernel" .tar.xz)/$file" >"$work/a/$file"
    sed "${expressions[@]}" "$work/a/$file" >"$work/b/$file"
    (cd "$work" && diff -u "a/$file" "b/$file")
}

try "the version" 0 ./svalinn --version
out "svalinn " "(Java "
try "help" 0 ./svalinn help check
out "Examples:" "--patch"
try "no command" 2 ./svalinn
one_line_of_error
try "the scenarios" 0 ./svalinn scenarios
out "exit-before-close" "unmap-while-closing"
try "an unknown scenario" 2 ./svalinn check exit-befor-close
err "did you mean exit-before-close"
one_line_of_error
try "a tree that is not there" 2 ./svalinn check bind --kernel "$work/none"
one_line_of_error
mkdir "$work/empty"
try "a tree that is none" 2 ./svalinn check bind --kernel "$work/empty"
one_line_of_error
try "an unknown IOMMU" 2 ./svalinn check bind --kernel "$kernel" --iommu none
one_line_of_error

try "Intel's IOMMU, as the tree is" 3 ./svalinn check bind --kernel "$kernel" --iommu vtd
out "VACUOUS   bind" "SVA is compiled out on x86 at drivers/iommu/iommu.c"

try "from the archive" 0 ./svalinn check exit-before-close --kernel "$kernel" --iommu smmuv3
out "VERIFIED  exit-before-close on Linux 6.1" "Proved"
try "with no kernel named" 0 ./svalinn check bind
out "VERIFIED  bind on reference:v5.18, IOMMU smmuv3"
try "the distribution's kernel" 0 ./svalinn check bind --kernel source
out "VERIFIED  bind on Linux 6."
err "kernel: Linux "
try "a design and what it leaves out" 1 ./svalinn check munmap-while-dma --kernel reference:v5.18 --without iotlb-invalidation --iommu vtd
out "VIOLATED  munmap-while-dma on reference:v5.18 without iotlb-invalidation, IOMMU vtd"
recording=$(sed -n 's/^  Replay it:.* replay //p' "$work/out" | head -n 1)
try "the replay of it" 1 ./svalinn replay "$recording"
out "The violation shows again."
try "its replay on the whole design" 3 ./svalinn replay "$recording" --kernel reference:v5.18
try "an unknown design" 2 ./svalinn check bind --kernel reference:v5.19
err "unknown design 'v5.19'; known: v5.17"
one_line_of_error
try "an unknown omission" 2 ./svalinn check bind --without drian
err "unknown omission 'drian'; known: mmgrab"
one_line_of_error
try "a patch of a reference kernel" 2 ./svalinn check bind --kernel reference:v5.18 --patch "$work/none.patch"
one_line_of_error
try "a source kernel without something" 2 ./svalinn check bind --kernel "$kernel" --without drain
one_line_of_error
try "what a source kernel cannot do" 3 ./svalinn check exec-while-bound --kernel "$kernel"
out "a source kernel cannot 'exec'"
ln -s "$home/svalinn" "$work/link"
try "from another directory, through a link" 0 env -C "$work" ./link check bind --kernel "$kernel"
try "bounded" 3 ./svalinn check bind --kernel "$kernel" --max-executions 2
out "BOUNDED"

deletion drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c 'mmgrab(mm);' 'mmdrop(mm);' 'mmdrop(cd->mm);' >"$work/drop-mmgrab.patch"
try "without the explicit mmgrab" 1 ./svalinn check exit-before-close --kernel "$kernel" --patch "$work/drop-mmgrab.patch"
out "VIOLATED" "use-after-free" "arm64_mm_context_put" "mmu_notifier_free_rcu" "Replay it:" "drop-mmgrab.patch"
recording=$(sed -n 's/^  Replay it:.* replay //p' "$work/out" | head -n 1)
try "the replay of it" 1 ./svalinn replay "$recording"
out "The violation shows again."
try "its replay on the kernel as it is" 3 ./svalinn replay "$recording" --no-patches
echo '{' >"$work/broken.json"
try "a broken recording" 2 ./svalinn replay "$work/broken.json"
one_line_of_error
sed 's/^-.*mmgrab.*/-\tnot_in_the_kernel();/' "$work/drop-mmgrab.patch" >"$work/bad.patch"
try "a patch that does not apply" 2 ./svalinn check bind --kernel "$kernel" --patch "$work/bad.patch"
err "bad.patch:"
one_line_of_error
printf -- '--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n' >"$work/out-of-tree.patch"
try "a patch that leaves the tree" 2 ./svalinn check bind --kernel "$kernel" --patch "$work/out-of-tree.patch"
one_line_of_error

try "pins" 0 ./svalinn pins bind --until "open accel" --kernel "$kernel"
out "__mmu_notifier_register" "arm_smmu_alloc_shared_cd" "mm_count of the mm of process: taken 3 times, 3 held"
try "the floor" 0 ./svalinn floor bind --kernel "$kernel"
out "arm_smmu_sva_bind" "The whole floor"
try "JSON" 0 ./svalinn check bind --kernel "$kernel" --format json
if python3 -c 'import json, sys; assert json.load(sys.stdin)["results"][0]["verdict"] == "verified"' <"$work/out" 2>/dev/null ||
    { ! command -v python3 >/dev/null && [ "$(head -c 1 "$work/out")" = "{" ]; }; then good; else bad "it is not one JSON object"; fi

export XDG_CACHE_HOME=/proc/nowhere XDG_STATE_HOME=/proc/nowhere
try "where nothing can be kept" 0 ./svalinn check bind --kernel "$kernel"
err "warning: "

echo "$passed $failed" >"$result"
echo "smoke tests: $passed passed, $failed failed"
