# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_ccloud_offsets_global_optspecs
    string join \n e/environment= k/cluster= endpoint= api-key-file= ca-file= request-timeout= o/output= q/quiet v/verbose color= h/help V/version
end

function __fish_ccloud_offsets_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_ccloud_offsets_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_ccloud_offsets_using_subcommand
    set -l cmd (__fish_ccloud_offsets_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -s V -l version -d 'Print version'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "get" -d 'Show the current offsets, with their age'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "patch" -d 'Set positions; the connector stops for a while'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "delete" -d 'Reset positions, as if the connector were new; it stops for a while'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "undo" -d 'Take the latest alteration back; the connector stops for a while'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "status" -d 'Show the latest alteration request'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "wait" -d 'Wait until the latest alteration has ended'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "list" -d 'List the connectors of the cluster'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "schema" -d 'Print the JSON Schema of the file that patch --file reads'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "completions" -d 'Print a completion script for a shell, with the names of connectors'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "man" -d 'Print the manual page'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "emulator" -d 'Run a local server that behaves like the service'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_needs_command" -f -a "demo" -d 'Run the published examples against an embedded emulator'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l max-age -d 'Wait for a sample that is at most this old, such as 30s' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l timeout -d 'Longest time to wait for that sample' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l kafka-api-key-file -d 'File with a key of the Kafka cluster: lines KAFKA_API_KEY=… and KAFKA_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l bootstrap -d 'Where the brokers of the cluster are; without it, the service is asked' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -l lag -d 'Show also the end of each partition, and how far the connector is behind'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand get" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l set -d 'Set a sink partition to an offset, such as orders:0=1000; may be repeated' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s f -l file -d 'Set what a JSON or YAML file says; - is standard input' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l shift-by -d 'Move every partition of a sink by so many records: back when negative, ahead when positive' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l to-time -d 'Move every partition of a sink to its first record since a time, such as 2026-11-26T08:00Z, 08:00 (here) or -2h' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l topic -d 'Move all partitions of this topic, also those without a position; may be repeated' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l partition -d 'Touch only this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l kafka-api-key-file -d 'File with a key of the Kafka cluster: lines KAFKA_API_KEY=… and KAFKA_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l bootstrap -d 'Where the brokers of the cluster are; without it, the service is asked' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l timeout -d 'Longest time to wait for the end of the alteration, such as 90s or 10m; 0 does not wait' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l wait-if-busy -d 'When another alteration is in progress, wait this long for it to end' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l to-earliest -d 'Move every partition of a sink to its earliest record'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l to-latest -d 'Move every partition of a sink to its end, so that only new records are read'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l dry-run -d 'Show the plan and end; nothing is sent'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s y -l yes -d 'Do not ask; without a terminal this is required'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l no-wait -d 'End as soon as the request is accepted'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l confirm -d 'Fail with 8 unless a later sample of the offsets shows the positions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -l no-confirm -d 'Do not wait for a later sample of the offsets'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand patch" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l partition -d 'Reset this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l timeout -d 'Longest time to wait for the end of the alteration, such as 90s or 10m; 0 does not wait' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l wait-if-busy -d 'When another alteration is in progress, wait this long for it to end' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l all -d 'Reset every partition'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l dry-run -d 'Show the plan and end; nothing is sent'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -s y -l yes -d 'Do not ask; without a terminal this is required'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l no-wait -d 'End as soon as the request is accepted'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l confirm -d 'Fail with 8 unless a later sample of the offsets shows the positions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -l no-confirm -d 'Do not wait for a later sample of the offsets'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand delete" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l request -d 'Take this request back and no other, such as PATCH@2024-02-20T15:14:19Z' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l timeout -d 'Longest time to wait for the end of the alteration, such as 90s or 10m; 0 does not wait' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l wait-if-busy -d 'When another alteration is in progress, wait this long for it to end' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l dry-run -d 'Show the plan and end; nothing is sent'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -s y -l yes -d 'Do not ask; without a terminal this is required'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l no-wait -d 'End as soon as the request is accepted'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l confirm -d 'Fail with 8 unless a later sample of the offsets shows the positions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -l no-confirm -d 'Do not wait for a later sample of the offsets'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand undo" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand status" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l timeout -d 'Longest time to wait, such as 90s or 10m; 0 looks once' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l request -d 'Wait for this request and no other, such as PATCH@2024-02-20T15:14:19Z' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l confirm -d 'Fail with 8 unless a later sample of the offsets shows the positions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -l no-confirm -d 'Do not wait for a later sample of the offsets'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand wait" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l kafka-api-key-file -d 'File with a key of the Kafka cluster: lines KAFKA_API_KEY=… and KAFKA_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l bootstrap -d 'Where the brokers of the cluster are; without it, the service is asked' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l names -d 'Only the names, one on each line'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -l lag -d 'Only the sinks, and how far each is behind'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand list" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand schema" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand completions" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -l dir -d 'Write one page for each command into this folder instead' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand man" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l listen -d 'Address to listen on, such as localhost:8099 or :8099; port 0 is any free one' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l seed -d 'YAML file with the environments, clusters and connectors, or - for standard input [default: a built-in one]' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l speed -d 'How many times faster than in real life an alteration is' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l assume -d 'Switch an assumption about the service, such as busy=bad_request; may be repeated' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l rate-limit -d 'Answer only so many requests in a time, such as 10/1s' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l bearer-token-file -d 'Admit the bearer token in this file, too' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l base-path -d 'Serve everything below this path, such as /api' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -l print-seed -d 'Print the built-in seed, a start for one\'s own, and end'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand emulator" -s h -l help -d 'Print help'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -s e -l environment -d 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -s k -l cluster -d 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -l endpoint -d 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -l api-key-file -d 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -l ca-file -d 'File with further CA certificates to trust, such as that of a proxy which inspects TLS' -r -F
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -l request-timeout -d 'Longest time that one request may take, such as 10s; it is tried up to 4 times [default: 30s]' -r
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -s o -l output -d 'Form of the data on standard output; with json, errors are JSON too' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -s q -l quiet -d 'Say nothing on standard error but errors and questions'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -s v -l verbose -d 'Log repeated attempts to standard error; -vv and -vvv log more'
complete -c ccloud-offsets -n "__fish_ccloud_offsets_using_subcommand demo" -s h -l help -d 'Print help'

complete -c ccloud-offsets -n "__fish_seen_subcommand_from get patch delete undo status wait" -f -a "(ccloud-offsets list --names 2>/dev/null </dev/null)"
