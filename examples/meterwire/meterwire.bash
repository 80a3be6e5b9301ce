# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completion of meterwire for bash. What there is to complete comes from the tool's own help, so that it is never out of
# step: options and their words from "Options:", what stands where from "Usage:".

# Words up to the cursor, those put together again that bash splits at : and =; the last one is the one to complete.
_meterwire_words() {
    local word
    words=()
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ ${#words[@]} -gt 1 && ($word == [:=]* || ${words[-1]} == *[:=]) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
}

# Options of the command, as "--name" or "--name VALUE", one a line.
_meterwire_options() {
    local line
    while IFS= read -r line; do
        [[ $line =~ ^\ \ (--[a-z][a-z-]*)(\ ([^ ]+))? ]] && echo "${BASH_REMATCH[1]} ${BASH_REMATCH[3]}"
    done <<<"$help"
}

# What stands at the next place behind the command: for every usage that the words so far fit.
_meterwire_places() {
    local line i
    local -a usage
    while IFS= read -r line; do
        [[ $line =~ ^(Usage:|\ {6})\ meterwire\ $command(\ (.*))?$ ]] || continue
        read -ra usage <<<"${BASH_REMATCH[3]}"
        for ((i = 0; i < ${#usage[@]}; i++)); do
            usage[i]=${usage[i]#[}
            usage[i]=${usage[i]%]}
            [[ ${usage[i]} != [-\(\|]* && ${usage[i]} != options ]] || break
            if ((i == ${#places[@]})); then
                echo "${usage[i]}"
                break
            fi
            [[ ${usage[i]} == [A-Z]* || "|${usage[i]}|" == *"|${places[i]}|"* ]] || break
        done
    done <<<"$help"
}

_meterwire_models() {
    "$tool" models 2>/dev/null | while read -r name _; do echo "$name"; done
}

# Names of the values of the model that stands in the words.
_meterwire_names() {
    local line
    "$tool" models "${model:-}" 2>/dev/null | while IFS= read -r line; do
        [[ $line =~ \ ([a-z][a-z0-9_]+)\ +[0-9]+-[0-9]+:[0-9.]+ ]] && echo "${BASH_REMATCH[1]}"
    done
}

# Names of what the model has below $1, "Settings" or "Commands".
_meterwire_changes() {
    local line section=
    "$tool" get "${model:-}" "${mbus[@]}" 2>/dev/null | while IFS= read -r line; do
        case $line in
        [A-Z]*) section=$line ;;
        [a-z]*) [[ $section != "$1" ]] || echo "${line%% *}" ;;
        esac
    done
}

# What the setting or command that stands in the words can be, as far as it has names, beginning like $1.
_meterwire_choices() {
    local text
    text=$("$tool" get "${model:-}" "${mbus[@]}" --json 2>/dev/null)
    text=${text#*"\"name\":\"${places[2]:-}\""}
    text=${text%%'"obis"'*}
    while [[ $text =~ \"name\":\"([^\"]*)\"(.*) ]]; do
        text=${BASH_REMATCH[2]}
        [[ ${BASH_REMATCH[1]} != "$1"* ]] || printf '%q\n' "${BASH_REMATCH[1]}"
    done
}

_meterwire_ports() {
    compgen -G '/dev/ttyUSB*'
    compgen -G '/dev/ttyACM*'
    compgen -G '/dev/ttyAMA*'
    compgen -G '/dev/serial/by-id/*'
    compgen -G '/dev/ttyS*'
}

# All that may stand where the help has $1, beginning like $2. What is called by another word gets its line here.
_meterwire_values() {
    case $1 in
    MODEL) compgen -W "$(_meterwire_models)" -- "$2" ;;
    TARGET)
        compgen -W "$(_meterwire_ports) tcp:// rtu+tcp:// ascii+tcp:// mbus+tcp://" -- "$2" || compgen -f -- "$2"
        ;;
    COMMAND)
        [[ $command == help ]] || commands=$(_meterwire_changes Commands)
        compgen -W "$commands" -- "$2"
        ;;
    SETTING*) compgen -W "$(_meterwire_changes Settings)" -- "$2" ;;
    VALUE) _meterwire_choices "$2" ;;
    CODE) compgen -W "$(_meterwire_names)" -- "$2" ;;
    OBIS=VALUE) compgen -S = -W "$(_meterwire_names)" -- "$2" ;;
    FILE) compgen -f -- "$2" ;;
    *\|* | [a-z]*) compgen -W "${1//|/ }" -- "$2" ;;
    esac
}

_meterwire() {
    local tool=${COMP_WORDS[0]} IFS=$' \t\n'
    local -a words places=() mbus=()
    local commands command help option value cur i model place
    local -A takes=()
    COMPREPLY=()
    _meterwire_words
    cur=${words[-1]}
    commands=$("$tool" --help 2>/dev/null | while read -r first _; do
        case $first in
        Commands:) inside=1 ;;
        '') inside= ;;
        *) [[ -z ${inside:-} ]] || echo "$first" ;;
        esac
    done)
    if ((${#words[@]} == 2)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$cur")
        return
    fi
    command=${words[1]}
    [[ $'\n'$commands$'\n' == *$'\n'"$command"$'\n'* ]] || return
    help=$("$tool" "$command" --help 2>/dev/null)
    while read -r option value; do
        [[ -z $option ]] || takes[$option]=$value
    done < <(_meterwire_options)
    value=
    for ((i = 2; i < ${#words[@]} - 1; i++)); do
        case ${words[i]} in
        --*=*) ;;
        --?*)
            [[ -n ${takes[${words[i]}]:-} ]] || continue
            [[ ${words[i]} != --model ]] || model=${words[i + 1]}
            ((i++ < ${#words[@]} - 2)) || value=${takes[${words[i - 1]}]}
            ;;
        *) places+=("${words[i]}") ;;
        esac
    done
    [[ -n ${model:-} ]] || model=${places[0]:-}
    [[ " ${words[*]}" != *\ --mbus* && " ${words[*]}" != *\ mbus+tcp:* ]] || mbus=(--mbus)
    if [[ -n $value ]]; then
        mapfile -t COMPREPLY < <(_meterwire_values "$value" "$cur")
    elif [[ $cur == --*=* ]]; then
        mapfile -t COMPREPLY < <(_meterwire_values "${takes[${cur%%=*}]:-}" "${cur#*=}")
        COMPREPLY=("${COMPREPLY[@]/#/${cur%%=*}=}")
    elif [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "${!takes[*]} --help" -- "$cur")
    else
        mapfile -t COMPREPLY < <(for place in $(_meterwire_places); do _meterwire_values "$place" "$cur"; done)
    fi
    # Readline replaces only what stands behind the last : or =.
    if [[ $cur == *[:=]* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*[:=]}"}"}")
    fi
    if [[ ${COMPREPLY[0]:-} == *:// || ${COMPREPLY[0]:-} == *= ]]; then
        compopt -o nospace 2>/dev/null
    elif [[ ${#COMPREPLY[@]} -gt 0 && -e ${COMPREPLY[-1]} ]]; then
        compopt -o filenames 2>/dev/null
    fi
}

complete -F _meterwire meterwire
