package io.lethe.serving.follow;

import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.sign.VersionStatement;
import io.lethe.serving.domain.CanaryVersion;
import io.lethe.serving.domain.ErasureScope;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.Watermark;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.model.AdapterSwapper;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** What each event means for this server. A null value is a tombstone. */
public final class EventApplier {
  private static final int ALL = 100;

  private final String modelId;
  private final String replicaId;
  private final ServingState state;
  private final AdapterSwapper swapper;
  private final BiConsumer<String, String> index;

  /** Without an index of items. */
  public EventApplier(
      String modelId, String replicaId, ServingState state, AdapterSwapper swapper) {
    this(modelId, replicaId, state, swapper, (itemId, title) -> {});
  }

  /**
   * @param replicaId this server's name, by which versions on trial may be meant for it
   * @param index told of every item's title, null when it is gone
   */
  public EventApplier(
      String modelId,
      String replicaId,
      ServingState state,
      AdapterSwapper swapper,
      BiConsumer<String, String> index) {
    this.modelId = modelId;
    this.replicaId = replicaId;
    this.state = state;
    this.swapper = swapper;
    this.index = index;
  }

  /** catalog.item */
  public void item(String itemId, CatalogItem item) {
    if (item == null) {
      state.removeItem(itemId);
    } else {
      state.putItem(itemId, item.getTitle());
    }
    index.accept(itemId, item == null ? null : item.getTitle());
  }

  /** profile.subject */
  public void profile(String subjectRef, SubjectProfile profile) {
    state.putProfile(subjectRef, profile == null ? null : words(profile));
  }

  /**
   * interaction.recorded
   *
   * @throws IllegalArgumentException when the key is not subjectRef/itemId
   */
  public void interaction(String key, InteractionRecorded interaction) {
    String subjectRef = InteractionKey.subjectRef(key);
    String itemId = InteractionKey.itemId(key);
    if (interaction == null) {
      state.removeInteraction(subjectRef, itemId);
    } else {
      state.putInteraction(
          subjectRef,
          new Interaction(itemId, interaction.getRating(), interaction.getRecordedAt()));
    }
  }

  /**
   * deletion.requested: an ERASE suppresses at once. A WITHDRAW only asks; whether it came in time
   * is the ledger's to say.
   */
  public void deletionRequested(DeletionRequested request) {
    if (request != null && request.getAction() == DeletionAction.ERASE) {
      state.suppress(request.getRequestId(), request.getSubjectRef(), scope(request.getScope()));
    }
  }

  /** deletion.progressed: only a request that the ledger calls withdrawn comes back. */
  public void deletionProgressed(DeletionProgressed progress) {
    if (progress != null && progress.getStage() == RequestStage.WITHDRAWN) {
      state.lift(progress.getRequestId());
    }
  }

  /** adapter.version */
  public void adapterVersion(AdapterVersion version) {
    if (version == null || !version.getModelId().equals(modelId)) {
      return;
    }
    if (version.getStatus() == VersionStatus.RELEASED) {
      swapper.announce(released(version, minimum(version)));
    } else if (version.getStatus() == VersionStatus.CANARY && version.getCanary() != null) {
      swapper.tryOut(canary(version));
    } else if (version.getStatus() == VersionStatus.WITHDRAWN) {
      swapper.withdraw(version.getVersion(), Set.copyOf(version.getMinimumWatermark()));
    }
  }

  /** What a prompt says of the person; null where nothing is known. */
  static String words(SubjectProfile profile) {
    String words =
        String.join(
            ", ",
            Stream.of(profile.getGender(), profile.getAgeBand(), profile.getOccupation())
                .filter(word -> word != null && !word.isBlank())
                .toList());
    return words.isEmpty() ? null : words;
  }

  private static ErasureScope scope(DeletionScope scope) {
    return switch (scope.getKind()) {
      case ITEMS -> ErasureScope.items(Set.copyOf(scope.getItemIds()));
      case TIME_RANGE -> ErasureScope.timeRange(scope.getFrom(), scope.getUntil());
      // A kind this server does not know yet must not leave in what it was meant to take out.
      case ALL, UNKNOWN -> ErasureScope.all();
    };
  }

  /** What a version on trial has forgotten is demanded of nobody until it is released. */
  private CanaryVersion canary(AdapterVersion version) {
    CanaryShare share = version.getCanary();
    int percent = share.getReplicas().contains(replicaId) ? ALL : share.getPercent();
    return new CanaryVersion(
        released(version, Set.copyOf(version.getMinimumWatermark())),
        VersionStatement.share(share.getReplicas(), share.getPercent()),
        percent);
  }

  private static ReleasedVersion released(AdapterVersion version, Set<String> minimum) {
    return new ReleasedVersion(
        version.getVersion(),
        version.getAdapterId(),
        version.getParentAdapterId(),
        version.getUri(),
        version.getRecommenderDigest(),
        new Watermark(Set.copyOf(version.getWatermark()), version.getWatermarkDigest()),
        minimum,
        version.getReleasedAt(),
        version.getSignature());
  }

  /** A released version's own watermark is demanded of all that follow; the record adds to it. */
  private static Set<String> minimum(AdapterVersion version) {
    Set<String> minimum = new HashSet<>(version.getWatermark());
    minimum.addAll(version.getMinimumWatermark());
    return minimum;
  }
}
