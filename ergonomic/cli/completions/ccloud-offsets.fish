# fish completion of ccloud-offsets
function __ccloud_offsets
    set -l typed (commandline -opc)
    ccloud-offsets __complete fish -- $typed (commandline -ct | string unescape) 2>/dev/null </dev/null
end
complete -c ccloud-offsets -f -a "(__ccloud_offsets)"
