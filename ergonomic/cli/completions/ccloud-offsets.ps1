
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'ccloud-offsets' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'ccloud-offsets'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'ccloud-offsets' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show the current offsets, with their age')
            [CompletionResult]::new('patch', 'patch', [CompletionResultType]::ParameterValue, 'Set positions; the connector stops for a while')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Reset positions, as if the connector were new; it stops for a while')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take the latest alteration back; the connector stops for a while')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the latest alteration request')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until the latest alteration has ended')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the connectors of the cluster')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the file that patch --file reads')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell, with the names of connectors')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('emulator', 'emulator', [CompletionResultType]::ParameterValue, 'Run a local server that behaves like the service')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run the published examples against an embedded emulator')
            break
        }
        'ccloud-offsets;get' {
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Wait for a sample that is at most this old, such as 30s')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time to wait for that sample')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;patch' {
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a sink partition to an offset, such as orders:0=1000; may be repeated')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Set what a JSON or YAML file says; - is standard input')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Set what a JSON or YAML file says; - is standard input')
            [CompletionResult]::new('--shift-by', '--shift-by', [CompletionResultType]::ParameterName, 'Move every partition of a sink by so many records: back when negative, ahead when positive')
            [CompletionResult]::new('--partition', '--partition', [CompletionResultType]::ParameterName, 'Touch only this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time to wait for the end of the alteration, such as 90s or 10m; 0 does not wait')
            [CompletionResult]::new('--wait-if-busy', '--wait-if-busy', [CompletionResultType]::ParameterName, 'When another alteration is in progress, wait this long for it to end')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--to-earliest', '--to-earliest', [CompletionResultType]::ParameterName, 'Move every partition of a sink to its earliest record')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan and end; nothing is sent')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask; without a terminal this is required')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask; without a terminal this is required')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'End as soon as the request is accepted')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Fail with 8 unless a later sample of the offsets shows the positions')
            [CompletionResult]::new('--no-confirm', '--no-confirm', [CompletionResultType]::ParameterName, 'Do not wait for a later sample of the offsets')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;delete' {
            [CompletionResult]::new('--partition', '--partition', [CompletionResultType]::ParameterName, 'Reset this partition: TOPIC:PARTITION of a sink, or a JSON object of a source; may be repeated')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time to wait for the end of the alteration, such as 90s or 10m; 0 does not wait')
            [CompletionResult]::new('--wait-if-busy', '--wait-if-busy', [CompletionResultType]::ParameterName, 'When another alteration is in progress, wait this long for it to end')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Reset every partition')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan and end; nothing is sent')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask; without a terminal this is required')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask; without a terminal this is required')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'End as soon as the request is accepted')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Fail with 8 unless a later sample of the offsets shows the positions')
            [CompletionResult]::new('--no-confirm', '--no-confirm', [CompletionResultType]::ParameterName, 'Do not wait for a later sample of the offsets')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;undo' {
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Take this request back and no other, such as PATCH@2024-02-20T15:14:19Z')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time to wait for the end of the alteration, such as 90s or 10m; 0 does not wait')
            [CompletionResult]::new('--wait-if-busy', '--wait-if-busy', [CompletionResultType]::ParameterName, 'When another alteration is in progress, wait this long for it to end')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan and end; nothing is sent')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask; without a terminal this is required')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask; without a terminal this is required')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'End as soon as the request is accepted')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Fail with 8 unless a later sample of the offsets shows the positions')
            [CompletionResult]::new('--no-confirm', '--no-confirm', [CompletionResultType]::ParameterName, 'Do not wait for a later sample of the offsets')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;status' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;wait' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time to wait, such as 90s or 10m; 0 looks once')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Wait for this request and no other, such as PATCH@2024-02-20T15:14:19Z')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Fail with 8 unless a later sample of the offsets shows the positions')
            [CompletionResult]::new('--no-confirm', '--no-confirm', [CompletionResultType]::ParameterName, 'Do not wait for a later sample of the offsets')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;list' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Only the names, one on each line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;schema' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;completions' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write one page for each command into this folder instead')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;emulator' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Address to listen on, such as localhost:8099 or :8099; port 0 is any free one')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'YAML file with the environments, clusters and connectors, or - for standard input [default: a built-in one]')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'How many times faster than in real life an alteration is')
            [CompletionResult]::new('--assume', '--assume', [CompletionResultType]::ParameterName, 'Switch an assumption about the service, such as busy=bad_request; may be repeated')
            [CompletionResult]::new('--rate-limit', '--rate-limit', [CompletionResultType]::ParameterName, 'Answer only so many requests in a time, such as 10/1s')
            [CompletionResult]::new('--bearer-token-file', '--bearer-token-file', [CompletionResultType]::ParameterName, 'Admit the bearer token in this file, too')
            [CompletionResult]::new('--base-path', '--base-path', [CompletionResultType]::ParameterName, 'Serve everything below this path, such as /api')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--print-seed', '--print-seed', [CompletionResultType]::ParameterName, 'Print the built-in seed, a start for one''s own, and end')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'ccloud-offsets;demo' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environment of the connector, such as env-abc12 [env: CONFLUENT_ENVIRONMENT_ID]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Kafka cluster of the connector, such as lkc-9x8y7 [env: KAFKA_ID]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the service [env: CONFLUENT_CLOUD_ENDPOINT] [default: https://api.confluent.cloud]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with the API key: lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of the data on standard output; with json, errors are JSON too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but errors and questions')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log repeated attempts to standard error; -vv and -vvv log more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
