//! The completion scripts of the shells. The scripts treat candidates as data, so that no shell expands them.

pub(super) const BASH: &str = r#"# bash completion of ccloud-offsets
_ccloud_offsets() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(ccloud-offsets __complete bash "$COMP_LINE" "$COMP_POINT" "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
    if [[ ${COMPREPLY[0]} == *[=:/] ]]; then
        compopt -o nospace
    fi
}
complete -F _ccloud_offsets ccloud-offsets
"#;

pub(super) const ZSH: &str = r#"#compdef ccloud-offsets
_ccloud-offsets() {
    local line value
    local -a typed values shown open
    typed=("${(@Q)words[1,CURRENT]}")
    typed[CURRENT]="${(Q)PREFIX}"
    while IFS= read -r line; do
        value="${line%%$'\t'*}"
        if [[ "$value" == *[=:/] ]]; then
            open+=("$value")
        else
            values+=("$value")
            shown+=("${line/$'\t'/  -- }")
        fi
    done < <(ccloud-offsets __complete zsh -- "${typed[@]}" 2>/dev/null </dev/null)
    (( $#open )) && compadd -S '' -a open
    (( $#values )) && compadd -l -d shown -a values
}
if [[ "$funcstack[1]" == "_ccloud-offsets" ]]; then
    _ccloud-offsets "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _ccloud-offsets ccloud-offsets
fi
"#;

pub(super) const FISH: &str = r#"# fish completion of ccloud-offsets
function __ccloud_offsets
    set -l typed (commandline -opc)
    ccloud-offsets __complete fish -- $typed (commandline -ct | string unescape) 2>/dev/null </dev/null
end
complete -c ccloud-offsets -f -a "(__ccloud_offsets)"
"#;
