# Formats the data folder the first time, then becomes the broker, so that the engine's signals reach it.
set -e
settings=/etc/kafka/server.properties
if [ ! -e "$DATA/meta.properties" ]; then
  java $JAVA_OPTIONS -cp '/opt/kafka/lib/*' kafka.tools.StorageTool format --cluster-id "$CLUSTER_ID" --config "$settings" --ignore-formatted
fi
exec java $JAVA_OPTIONS -cp '/opt/kafka/lib/*' kafka.Kafka "$settings"
