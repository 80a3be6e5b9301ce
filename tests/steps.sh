# SPDX-License-Identifier: MIT
# Sourced by .ci/run and tests/deep, whose arguments name the steps to run; without any, all.
. tests/packages.sh

step_names=("$@")
step_count=0
beside_names=()
beside_jobs=()

is_wanted() { # NAME
    [ ${#step_names[@]} -eq 0 ] || printf '%s\n' "${step_names[@]}" | grep -qxF "$1"
}

step() { # NAME COMMAND ...
    local begin=$SECONDS name=$1
    shift
    is_wanted "$name" || return 0
    echo "=== $name"
    "$@" || { echo "=== $name FAILED" >&2; exit 1; }
    echo "=== $name: $((SECONDS - begin)) s"
    step_count=$((step_count + 1))
}

# A step that waits most of its time, so the others go on; steps_end asks how it went.
step_beside() { # NAME COMMAND ...
    local name=$1
    shift
    is_wanted "$name" || return 0
    echo "=== $name, beside the others"
    mkdir -p build
    "$@" >"build/$name.log" 2>&1 &
    beside_names+=("$name")
    beside_jobs+=($!)
    trap 'kill "${beside_jobs[@]}" 2>/dev/null || true' EXIT
}

end_beside() { # NUMBER
    local failed=0
    wait "${beside_jobs[$1]}" || failed=1
    cat "build/${beside_names[$1]}.log"
    return $failed
}

# To be called last: a name that is no step is an error, not nothing to do.
steps_end() {
    local i
    for i in "${!beside_names[@]}"; do
        step "${beside_names[$i]}" end_beside "$i"
    done
    [ "$step_count" -ge "${#step_names[@]}" ] && [ "$step_count" -gt 0 ] ||
        { echo "of ${step_names[*]} only $step_count are steps" >&2; exit 2; }
    echo "=== all $step_count steps good after $SECONDS s"
}

# The library, tests and examples with another compiler or other options, below build/NAME; warnings are errors.
build_with() { # NAME CMAKE-OPTION... [-- TARGET...]
    local build=build/$1 options=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    [ $# -eq 0 ] || set -- --target "${@:2}"
    mkdir -p build
    cmake -S . -B "$build" -DMETERWIRE_WERROR=ON "${options[@]}" >"$build.log" 2>&1 || { cat "$build.log" >&2; return 1; }
    cmake --build "$build" -j"$(nproc)" "$@" >"$build.log" 2>&1 || { cat "$build.log" >&2; return 1; }
}

test_with() { # NAME CTEST-OPTION...
    local build=build/$1
    shift
    (cd "$build" && ctest --output-on-failure -j"$(nproc)" --no-tests=error "$@") | tail -n 15
}

# So many exchanges of each protocol on lines on which everything goes wrong, with an optimised library; as many as asked
# for have to be reported.
robust() { # NAME EXCHANGES
    local protocol failed=0
    "build/$1/tests/test_robust_modbus" --exchanges "$2" >"build/$1/robust_modbus.log" 2>&1 &
    "build/$1/tests/test_robust_mbus" --exchanges "$2" >"build/$1/robust_mbus.log" 2>&1 || failed=1
    wait $! || failed=1
    for protocol in modbus mbus; do
        cat "build/$1/robust_$protocol.log"
        awk -v name="$protocol" -v wanted="$2" '$3 == "exchanges:" { count += $2 }
            END { printf "%s: %d exchanges\n", name, count; exit count < wanted }' "build/$1/robust_$protocol.log" || failed=1
    done
    return $failed
}
