#!/usr/bin/env bash
# Judges the Kubernetes manifests that changed since a commit; the one script of action.yml. All that it is told comes
# in environment variables and all names of files from git, both hostile: they are values, never text of a script.
set -euo pipefail

: "${LAUNCHER:?}" "${REPORT_FOLDER:?}"
base=${BASE:-}
format=${FORMAT:-text}
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
outputs=${GITHUB_OUTPUT:-/dev/null}

# The runner obeys every line of a log that begins with "::", and a name may hold such a line.
token=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
trap 'echo "::$token::"' EXIT

refuse() {
  echo "ringfence: $1" >&2
  exit 2
}

# One item of a line each, without empty ones, into the array `lines`.
read_lines() {
  lines=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    if [ -n "$line" ]; then lines+=("$line"); fi
  done <<<"$1"
}

# The commit to compare with, into `from`: where this branch left it, as a pull request shows changes.
find_base() {
  [ -n "$base" ] || refuse "this event names no commit to compare with; give the input base."
  if [[ $base =~ ^0+$ ]]; then # a push that makes a branch: nothing was there before
    from=$(git hash-object -t tree --stdin </dev/null)
    return
  fi
  if ! git cat-file -e "$base^{commit}" 2>/dev/null && [[ $base =~ ^[0-9a-f]{40}$ ]]; then
    git fetch --quiet --no-tags --depth=1 origin "$base" 2>/dev/null || true
  fi
  from=$(git rev-parse --verify --quiet --end-of-options "$base^{commit}") ||
    refuse "$(printf 'the commit %q is not here; let actions/checkout fetch it (fetch-depth: 0).' "$base")"
  from=$(git merge-base "$from" HEAD || echo "$from")
}

# Names from standard input, ended by NUL; what is a manifest goes into the array `files`.
take_manifests() {
  local name
  while IFS= read -r -d '' name; do
    case $name in *.yaml | *.yml | *.json) ;; *) continue ;; esac
    if [ -L "$name" ] || [ ! -f "$name" ]; then
      printf 'Left out, because it is no regular file: %q\n' "$name"
    elif ! grep -aq apiVersion -- "$name"; then
      printf 'Left out, because it has no apiVersion: %q\n' "$name"
    else
      # A name that begins with a dash would be an option.
      case $name in -*) name=./$name ;; esac
      files+=("$name")
    fi
  done
}

judge() {
  node "$LAUNCHER" evaluate "--namespace=${NAMESPACE:-default}" "--fail-on=${FAIL_ON:-high}" --quiet "$@" \
    --manifests "${files[@]}"
}

cd "$(git rev-parse --show-toplevel)"
mkdir -p "$REPORT_FOLDER"
find_base
files=()
read_lines "${PATHS:-.}"
# Through a file: what fails within <( ) fails unseen, and would read as "nothing changed".
names=$REPORT_FOLDER/names
git diff --name-only -z --no-renames --diff-filter=d "$from" HEAD -- "${lines[@]}" >"$names"
take_manifests <"$names"
changed=${#files[@]}
echo "changed=$changed" >>"$outputs"
if [ "$changed" -eq 0 ]; then
  echo "No Kubernetes manifest changed, so there is nothing to judge." | tee -a "$summary"
  exit 0
fi
read_lines "${CONTEXT:-}"
if [ ${#lines[@]} -gt 0 ]; then
  git ls-files -z -- "${lines[@]}" >"$names"
  take_manifests <"$names"
fi
echo "Judging $changed changed manifests."

code=0
judge "--format=$format" "--output=$REPORT_FOLDER/report.$format" || code=$?
# Told wrong, or a bug: there is no report.
case $code in 0 | 1 | 3) ;; *) exit "$code" ;; esac
case $format in text | markdown) cat "$REPORT_FOLDER/report.$format" ;; esac
judge --format=markdown --exit-zero "--output=$REPORT_FOLDER/comment.md"
cat "$REPORT_FOLDER/comment.md" >>"$summary"
{
  echo "report-file=$REPORT_FOLDER/report.$format"
  echo "markdown-file=$REPORT_FOLDER/comment.md"
} >>"$outputs"
if [ "${SARIF:-false}" = true ]; then
  judge --format=sarif --exit-zero "--output=$REPORT_FOLDER/ringfence.sarif"
  echo "sarif-file=$REPORT_FOLDER/ringfence.sarif" >>"$outputs"
fi
exit "$code"
