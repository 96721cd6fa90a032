package reality;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.file.FileStreamSinkConnector;

/** A sink whose plugin checks alterations. It accepts all of them, or refuses all when its configuration has refuse=true. */
public class FirmSink extends FileStreamSinkConnector {
    @Override public boolean alterOffsets(Map<String, String> config, Map<TopicPartition, Long> offsets) {
        if ("true".equals(config.get("refuse"))) throw new ConnectException("the plugin refuses");
        return true;
    }
}
