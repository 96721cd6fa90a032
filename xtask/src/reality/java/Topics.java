import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes topics. Arguments: the broker, and for each topic NAME=EARLIEST-LATEST,… with one range of offsets for each partition. */
public class Topics {
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", arguments[0]);
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (Admin admin = Admin.create(config); KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes)) {
            for (int i = 1; i < arguments.length; i++) {
                String name = arguments[i].split("=")[0];
                String[] ranges = arguments[i].split("=")[1].split(",");
                admin.createTopics(List.of(new NewTopic(name, ranges.length, (short) 1))).all().get();
                Map<TopicPartition, RecordsToDelete> old = new HashMap<>();
                for (int partition = 0; partition < ranges.length; partition++) {
                    long earliest = Long.parseLong(ranges[partition].split("-")[0]);
                    long latest = Long.parseLong(ranges[partition].split("-")[1]);
                    for (long record = 0; record < latest; record++) {
                        producer.send(new ProducerRecord<>(name, partition, null, ("{\"n\":" + record + "}").getBytes()));
                    }
                    if (earliest > 0) old.put(new TopicPartition(name, partition), RecordsToDelete.beforeOffset(earliest));
                }
                producer.flush();
                if (!old.isEmpty()) admin.deleteRecords(old).all().get();
            }
        }
    }
}
