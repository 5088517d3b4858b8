package io.lethe.catalog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of adapter-catalog; an unknown key below {@code lethe} fails the start. */
@ConfigMapping(prefix = "lethe")
public interface CatalogSettings {
  /** The recommender whose versions this catalog writes; key of adapter.version. */
  @WithDefault("recommender")
  String modelId();

  /** Address of the schema registry, or several separated by commas. */
  @WithDefault("http://localhost:8081")
  String schemaRegistryUrl();

  /** Hex SHA-256 that names the recommender; wins over the folder. */
  Optional<String> recommenderDigest();

  /** Folder of the recommender, which the digest is computed from. */
  Optional<Path> recommenderFolder();

  /** PEM file of the Ed25519 key that signs versions; without it they are published unsigned. */
  Optional<Path> signingKeyFile();

  /** Most requests a watermark may hold; each takes 37 bytes of adapter.version's limit. */
  @WithDefault("100000")
  int watermarkLimit();

  /** Refused candidates kept for GET /v1/refusals, the newest ones. */
  @WithDefault("1000")
  int refusalsMax();

  /** How long a version may be on trial; then it is promoted, as it passed every gate. */
  @WithDefault("PT1H")
  Duration canaryLimit();

  /** How long a proposed override waits for the second person. */
  @WithDefault("PT15M")
  Duration overrideApprovalLimit();

  /** How long two persons set a rule aside; then it holds again. */
  @WithDefault("PT1H")
  Duration overrideLimit();

  /** Moves asked for over HTTP that may wait for the release loop. */
  @WithDefault("16")
  int movesWaitingMax();

  /** How long HTTP waits for a move. */
  @WithDefault("PT20S")
  Duration moveTimeout();

  /** How long reading adapter.version may take before the catalog starts over. */
  @WithDefault("PT2M")
  Duration rebuildTimeout();

  /** Pause before the catalog starts over after a fault. */
  @WithDefault("PT2S")
  Duration retryPause();

  /** Longest silence of the release loop before liveness fails. */
  @WithDefault("PT2M")
  Duration loopTimeout();
}
