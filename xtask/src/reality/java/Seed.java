import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes topics whose records have given times, mostly one second apart. Arguments: the broker, the time of the first record in
 * milliseconds, and a user who may not see the topic "private".
 */
public class Seed {
    static long start;

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", arguments[0], "linger.ms", 20));
        start = Long.parseLong(arguments[1]);
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (Admin admin = Admin.create(config)) {
            // The records must not be deleted because of their age: their times are long ago.
            Map<String, String> keep = Map.of("retention.ms", "-1");
            Map<String, String> compact = Map.of("cleanup.policy", "compact", "segment.ms", "1000", "min.cleanable.dirty.ratio", "0.01",
                "max.compaction.lag.ms", "1000");
            admin.createTopics(List.of(
                new NewTopic("timed", 6, (short) 1).configs(keep), new NewTopic("trimmed", 1, (short) 1).configs(keep),
                new NewTopic("expired", 1, (short) 1).configs(keep), new NewTopic("compacted", 1, (short) 1).configs(compact),
                new NewTopic("transactions", 1, (short) 1).configs(keep), new NewTopic("wide", 300, (short) 1).configs(keep),
                new NewTopic("private", 1, (short) 1),
                new NewTopic("appended", 1, (short) 1).configs(Map.of("message.timestamp.type", "LogAppendTime")))).all().get();
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes)) {
                for (int partition = 0; partition < 4; partition++) {
                    for (int i = 0; i < 100 + partition; i++) send(producer, "timed", partition, i, "k" + i);
                }
                // In partition 4 the times fall; partition 5 stays empty.
                for (int i = 0; i < 100; i++) send(producer, "timed", 4, 99 - i, "k" + i);
                for (String topic : List.of("trimmed", "expired")) for (int i = 0; i < 100; i++) send(producer, topic, 0, i, "k" + i);
                for (int i = 0; i < 100; i++) send(producer, "compacted", 0, i, "k" + i % 5);
                for (int i = 0; i < 10; i++) send(producer, "appended", 0, i, "k" + i);
                for (int i = 0; i < 300; i++) send(producer, "wide", i, i, "k");
                producer.flush();
                Thread.sleep(1500);
                // This record begins a new segment, so that Kafka may compact the earlier segments.
                send(producer, "compacted", 0, 200, "last");
            }
            admin.deleteRecords(Map.of(new TopicPartition("trimmed", 0), RecordsToDelete.beforeOffset(40),
                new TopicPartition("expired", 0), RecordsToDelete.beforeOffset(-1))).all().get();
            admin.createAcls(List.of(new AclBinding(new ResourcePattern(ResourceType.TOPIC, "private", PatternType.LITERAL),
                new AccessControlEntry("User:" + arguments[2], "*", AclOperation.ALL, AclPermissionType.DENY)))).all().get();
        }
        // Three transactions: the first is committed, the second aborted, and the third stays open.
        for (String end : List.of("commit", "abort", "open")) {
            config.put("transactional.id", end);
            config.put("transaction.timeout.ms", 600_000);
            KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes);
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < 5; i++) send(producer, "transactions", 0, i, end + i);
            producer.flush();
            if (end.equals("commit")) producer.commitTransaction();
            if (end.equals("abort")) producer.abortTransaction();
        }
        // The program ends without closing the last producer, because closing it would end the open transaction.
        Runtime.getRuntime().halt(0);
    }

    static void send(KafkaProducer<byte[], byte[]> producer, String topic, int partition, int second, String key) {
        producer.send(new ProducerRecord<>(topic, partition, start + second * 1000L, key.getBytes(), new byte[20]));
    }
}
