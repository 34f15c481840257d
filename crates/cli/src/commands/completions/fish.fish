# Completion for fish: the program itself knows what fits.
function __dormer_complete
    set -l words (commandline -opc)
    set -l found ($words[1] __complete fish -- $words[2..-1] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c dormer -f -a '(__dormer_complete)'
