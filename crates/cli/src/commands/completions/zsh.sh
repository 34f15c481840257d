#compdef dormer
# Completion for zsh: the program itself knows what fits.
_dormer() {
    local -a found
    found=("${(@f)$("${words[1]}" __complete zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[1]}" ]]; then
        _describe -V dormer found
    else
        _files
    fi
}
if [ "$funcstack[1]" = "_dormer" ]; then
    _dormer "$@"
else
    compdef _dormer dormer
fi
