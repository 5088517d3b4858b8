package io.lethe.serving;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Everything an operator may set, and its default. */
@ConfigMapping(prefix = "lethe")
public interface ServingConfig {
  /** Name of this replica, its own among all replicas: acknowledgements are counted by it. */
  String replicaId();

  /** The recommender served. */
  @WithDefault("recommender")
  String modelId();

  /** Address of the schema registry. */
  @WithDefault("http://localhost:8081")
  String schemaRegistryUrl();

  /** Hugging Face folder of the recommender. */
  Path recommenderFolder();

  /** Folder that holds adapters by content address. */
  Path artefactStore();

  /**
   * Base64 file of the key that turns account ids into pseudonyms; without it only subjectRef is
   * taken.
   */
  Optional<Path> pseudonymKeyFile();

  /** How prompts are made. */
  SampleRuleConfig sampleRule();

  /**
   * Weights and activations: f32, or bf16 where the processor has it; as the recommender was tuned.
   */
  @WithDefault("f32")
  String precision();

  /** Device of the computation: cpu, cuda, cuda:N, or auto for the first GPU where there is one. */
  @WithDefault("cpu")
  String device();

  /** Requests scored at once. */
  @WithDefault("2")
  int threads();

  /** Native threads of one computation. */
  @WithDefault("1")
  int torchThreads();

  /** Tokens of one native scoring call, padding included. */
  @WithDefault("8192")
  int batchTokensMax();

  /** Requests that may wait for scoring; further ones get 503. */
  @WithDefault("64")
  int queueMax();

  /** Prompts that waiting requests are gathered into for one native call. */
  @WithDefault("64")
  int batchPromptsMax();

  /** How long a request waits for others to be scored with at most, where a thread is free. */
  @WithDefault("0ms")
  Duration batchWait();

  /** Longest time a request may take before it gets 503. */
  @WithDefault("30s")
  Duration requestTimeout();

  /** Largest request body in bytes. */
  @WithDefault("262144")
  int bodyBytesMax();

  /** Most candidates one request may name. */
  @WithDefault("200")
  int candidatesMax();

  /** Items scored when a request names no candidates. */
  @WithDefault("50")
  int candidatesRetrieved();

  /** Most items whose neighbours are known; further ones are chosen by popularity alone. */
  @WithDefault("100000")
  int retrievalItemsMax();

  /** Liked items of a subject, the latest ones, whose neighbours are looked for. */
  @WithDefault("20")
  int retrievalLikedMax();

  /** Most neighbours that one search looks for, those that the subject has seen included. */
  @WithDefault("1000")
  int retrievalNeighboursMax();

  /** Items returned when a request does not say how many. */
  @WithDefault("10")
  int topNDefault();

  /** Most items a request may ask for. */
  @WithDefault("100")
  int topNMax();

  /** Most prompts of one audit request. */
  @WithDefault("256")
  int auditPromptsMax();

  /** Longest silence between two acknowledgements. */
  @WithDefault("2s")
  Duration heartbeatInterval();

  /** Shortest distance between two acknowledgements that only tell of suppression. */
  @WithDefault("50ms")
  Duration acknowledgeInterval();

  /**
   * Longest time out of touch with the broker, no heartbeat confirmed or adapter.version not read
   * to its end, before this replica stops being ready. The ledger's lethe.server-timeout is longer.
   */
  @WithDefault("60s")
  Duration catalogTimeout();

  /** How often the broker is asked whether anything was missed. */
  @WithDefault("5s")
  Duration catalogProbeInterval();

  /**
   * PEM files of the catalog's public keys, several while a key is changed; a version is served
   * only when one of them signed it. Without any, every version that adapter.version names is.
   */
  Optional<List<Path>> catalogPublicKeyFiles();

  /**
   * Earlier versions kept in memory for requests that are pinned to them, as long as they cover
   * every request served as forgotten.
   */
  @WithDefault("0")
  int versionsHeldMax();

  /** Wait before a refused version is tried again; doubles with each failure. */
  @WithDefault("500ms")
  Duration loadRetryFirst();

  /** Longest wait before a refused version is tried again. */
  @WithDefault("30s")
  Duration loadRetryMax();

  /** Most catalogue items held. */
  @WithDefault("1000000")
  int itemsMax();

  /** Most subjects held. */
  @WithDefault("2000000")
  int subjectsMax();

  /** Most interactions held, of all subjects together. */
  @WithDefault("20000000")
  int interactionsMax();

  /** Most deletion requests and withdrawals held. */
  @WithDefault("2000000")
  int requestsMax();

  /** How prompts are made: as the samples were that the recommender was tuned on. */
  interface SampleRuleConfig {
    /** Most earlier interactions a prompt shows. */
    @WithDefault("10")
    int historyMax();
  }
}
