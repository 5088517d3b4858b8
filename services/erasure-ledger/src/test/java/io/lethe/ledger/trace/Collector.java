package io.lethe.ledger.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Takes traces as a collector does, by OTLP over gRPC, and keeps them. */
final class Collector implements AutoCloseable {
  private static final String EXPORT =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  /** Before each message of gRPC: whether it is compressed, and its length in four bytes. */
  private static final int FRAME_BYTES = 5;

  private static final int TIMEOUT_SECONDS = 30;

  private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private Collector(Vertx vertx) {
    server = vertx.createHttpServer().requestHandler(this::answer);
  }

  static Collector listen(Vertx vertx, String host, int port) throws Exception {
    Collector collector = new Collector(vertx);
    collector
        .server
        .listen(port, host)
        .toCompletionStage()
        .toCompletableFuture()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    return collector;
  }

  /** What was received so far. */
  List<ResourceSpans> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() throws Exception {
    server.close().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private void answer(HttpServerRequest request) {
    if (!EXPORT.equals(request.path())) {
      request.response().setStatusCode(404).end();
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              take(body);
              request
                  .response()
                  .putHeader("content-type", "application/grpc")
                  .putTrailer("grpc-status", "0")
                  .end(framed(ExportTraceServiceResponse.getDefaultInstance().toByteArray()));
            });
  }

  private void take(Buffer body) {
    int length = body.getInt(1);
    if (body.getByte(0) != 0 || body.length() != FRAME_BYTES + length) {
      throw new IllegalStateException("not one uncompressed message of gRPC");
    }
    try {
      received.addAll(
          ExportTraceServiceRequest.parseFrom(body.getBytes(FRAME_BYTES, body.length()))
              .getResourceSpansList());
    } catch (InvalidProtocolBufferException notOtlp) {
      throw new IllegalStateException(notOtlp);
    }
  }

  private static Buffer framed(byte[] message) {
    return Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message);
  }
}
