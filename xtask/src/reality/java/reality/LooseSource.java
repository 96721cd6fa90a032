package reality;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A source whose plugin, like most plugins, checks no offset. Its task fails when an offset has no file, or has a pos that is not a Long. */
public class LooseSource extends SourceConnector {
    private Map<String, String> config;

    @Override public void start(Map<String, String> given) { config = given; }
    @Override public void stop() { }
    @Override public String version() { return "1"; }
    @Override public Class<? extends Task> taskClass() { return LooseTask.class; }

    @Override public List<Map<String, String>> taskConfigs(int most) {
        return "0".equals(config.get("tasks")) ? List.of() : List.of(config);
    }

    @Override public ConfigDef config() {
        ConfigDef definition = new ConfigDef();
        for (String name : List.of("server", "tasks", "stop.ms")) {
            definition.define(name, ConfigDef.Type.STRING, "", ConfigDef.Importance.LOW, "");
        }
        return definition;
    }

    /** Emits five records a second. */
    public static class LooseTask extends SourceTask {
        private Map<String, String> partition;
        private String file = "f";
        private long pos = 0;
        private long stopMillis = 0;
        private volatile boolean stopped;

        @Override public String version() { return "1"; }

        @Override public void start(Map<String, String> config) {
            partition = Map.of("server", config.get("server"));
            String millis = config.getOrDefault("stop.ms", "");
            stopMillis = millis.isEmpty() ? 0 : Long.parseLong(millis);
            Map<String, Object> from = context.offsetStorageReader().offset(partition);
            if (from == null) return;
            file = (String) from.get("file");
            if (file == null) throw new ConnectException("file is required");
            if (from.get("pos") != null) pos = (Long) from.get("pos");
        }

        @Override public List<SourceRecord> poll() throws InterruptedException {
            if (stopped) return null;
            Thread.sleep(200);
            pos++;
            Map<String, Object> at = Map.of("file", file, "pos", pos);
            return List.of(new SourceRecord(partition, at, "loose-out", 0, Schema.STRING_SCHEMA, "record " + pos));
        }

        @Override public void stop() {
            stopped = true;
            try { Thread.sleep(stopMillis); } catch (InterruptedException e) { Thread.currentThread().interrupt(); }
        }
    }
}
