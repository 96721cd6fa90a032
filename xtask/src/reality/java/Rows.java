import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Queries databases and reads topics. Each line of input is one request, "sql URL STATEMENT" or "read TOPIC", with tabs between its
 * parts. The output is one line for each row or record, and then a line "."; when the request fails, a line "!" with the error.
 */
public class Rows {
    public static void main(String[] arguments) throws Exception {
        Map<String, Connection> databases = new HashMap<>();
        Map<String, Object> config = Map.of("bootstrap.servers", arguments[0], "allow.auto.create.topics", "false");
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split("\t", 3);
                try {
                    if (words[0].equals("sql")) {
                        if (!databases.containsKey(words[1])) databases.put(words[1], DriverManager.getConnection(words[1]));
                        ask(databases.get(words[1]), words[2]);
                    } else {
                        read(consumer, words[1]);
                    }
                    System.out.println(".");
                } catch (Exception e) {
                    System.out.println("!" + e.toString().replace('\n', ' '));
                }
            }
        }
    }

    static void ask(Connection database, String text) throws Exception {
        try (Statement statement = database.createStatement()) {
            if (!statement.execute(text)) return;
            ResultSet rows = statement.getResultSet();
            int width = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= width; column++) row.add(String.valueOf(rows.getString(column)).replace("\n", ""));
                System.out.println(" " + String.join("\t", row));
            }
        }
    }

    /** Prints all records of a topic; none when the topic does not exist. */
    static void read(KafkaConsumer<String, String> consumer, String topic) {
        List<TopicPartition> all = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic)) all.add(new TopicPartition(topic, partition.partition()));
        consumer.assign(all);
        consumer.seekToBeginning(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        while (all.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) System.out.println(" " + record.value());
        }
    }
}
