package io.lethe.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Models that run by one program text: how their weights are named and where they answer. What
 * tells the members of a family apart (heads, rotary angles, tied embeddings) is in {@link
 * Architecture}.
 */
public enum ModelFamily {
  /** BERT and those that share its layout; the answer is read at the mask. */
  ENCODER(
      "Bert",
      "bert.py",
      List.of("encoder.layer."),
      Map.of(
          Role.QUERY, List.of("attention.self.query"),
          Role.KEY, List.of("attention.self.key"),
          Role.VALUE, List.of("attention.self.value"),
          Role.ATTENTION_OUTPUT, List.of("attention.output.dense"),
          Role.WIDENING, List.of("intermediate.dense"),
          Role.NARROWING, List.of("output.dense"))),

  /** T5; the answer is the decoder's first token. */
  ENCODER_DECODER(
      "T5",
      "t5.py",
      List.of("encoder.block.", "decoder.block."),
      Map.of(
          Role.QUERY, List.of("layer.0.SelfAttention.q", "layer.1.EncDecAttention.q"),
          Role.KEY, List.of("layer.0.SelfAttention.k", "layer.1.EncDecAttention.k"),
          Role.VALUE, List.of("layer.0.SelfAttention.v", "layer.1.EncDecAttention.v"),
          Role.ATTENTION_OUTPUT, List.of("layer.0.SelfAttention.o", "layer.1.EncDecAttention.o"),
          Role.WIDENING,
              List.of(
                  "layer.1.DenseReluDense.wi",
                  "layer.1.DenseReluDense.wi_0",
                  "layer.1.DenseReluDense.wi_1",
                  "layer.2.DenseReluDense.wi",
                  "layer.2.DenseReluDense.wi_0",
                  "layer.2.DenseReluDense.wi_1"),
          Role.NARROWING, List.of("layer.1.DenseReluDense.wo", "layer.2.DenseReluDense.wo"))),

  /** Llama and those that share its layout; the answer is the token after the prompt. */
  DECODER(
      "Decoder",
      "decoder.py",
      List.of("model.layers."),
      Map.of(
          Role.QUERY, List.of("self_attn.q_proj"),
          Role.KEY, List.of("self_attn.k_proj"),
          Role.VALUE, List.of("self_attn.v_proj"),
          Role.ATTENTION_OUTPUT, List.of("self_attn.o_proj"),
          Role.WIDENING, List.of("mlp.gate_proj", "mlp.up_proj"),
          Role.NARROWING, List.of("mlp.down_proj")));

  /** What a projection does in its layer. A role is called by BERT's name for it. */
  private enum Role {
    QUERY("attention.self.query"),
    KEY("attention.self.key"),
    VALUE("attention.self.value"),
    ATTENTION_OUTPUT("attention.output.dense"),
    WIDENING("intermediate.dense"),
    NARROWING("output.dense");

    private final String called;

    Role(String called) {
      this.called = called;
    }
  }

  private final String programClass;
  private final String programText;
  private final List<String> stacks;
  private final Map<Role, List<String>> projections;

  ModelFamily(
      String programClass,
      String programText,
      List<String> stacks,
      Map<Role, List<String>> projections) {
    this.programClass = programClass;
    this.programText = programText;
    this.stacks = stacks;
    this.projections = projections;
  }

  /** Class that the program text opens. */
  public String programClass() {
    return programClass;
  }

  /** Texts that make up the class, in order. */
  public List<String> programTexts() {
    return this == ENCODER
        ? List.of(programText, "layers.py", "training.py", "optimum.py")
        : List.of(programText, "layers.py", "training.py");
  }

  /** The family whose names a model's weights have. */
  public static ModelFamily ofWeights(Predicate<String> hasWeight) {
    return Stream.of(values())
        .filter(family -> !family.layerNames(hasWeight).isEmpty())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no weight is named as a layer's"));
  }

  /** Names of a model's layers in the order in which they run, each ending in a dot. */
  public List<String> layerNames(Predicate<String> hasWeight) {
    String first = projections.get(Role.QUERY).get(0);
    List<String> names = new ArrayList<>();
    for (String stack : stacks) {
      for (int i = 0; hasWeight.test(stack + i + "." + first + ".weight"); i++) {
        names.add(stack + i + ".");
      }
    }
    return names;
  }

  /** All projections as names within a layer; not every layer need have each. */
  public List<String> projections() {
    return Stream.of(Role.values()).flatMap(role -> projections.get(role).stream()).toList();
  }

  /**
   * Projections that a target means, as names within a layer; not every layer need have each.
   *
   * @param target a projection's own name ({@code self_attn.q_proj}), the end of one ({@code
   *     q_proj}), or its role by BERT's name for it ({@code attention.self.query}, {@code query})
   */
  public List<String> projections(String target) {
    List<String> own = projections();
    if (own.contains(target)) {
      return List.of(target);
    }
    List<String> ending = own.stream().filter(name -> name.endsWith("." + target)).toList();
    if (!ending.isEmpty()) {
      return ending;
    }
    return Stream.of(Role.values())
        .filter(role -> role.called.equals(target) || role.called.endsWith("." + target))
        .findFirst()
        .map(projections::get)
        .orElse(List.of());
  }

  /**
   * A module's name without what a model with a head of some task calls its body, and with what a
   * body without a head leaves out.
   */
  public static String withoutHeadModel(String name) {
    if (name.startsWith("layers.")) {
      return "model." + name;
    }
    return name.replaceFirst("^(bert|roberta)\\.", "");
  }

  /** The name of a weight as its program asks for it, or null for one that no program reads. */
  String canonical(String name) {
    if (name.endsWith("position_ids") || name.endsWith("rotary_emb.inv_freq")) {
      return null;
    }
    return switch (this) {
      case ENCODER -> {
        String bare = withoutHeadModel(name);
        yield bare.startsWith("embeddings.") || bare.startsWith("encoder.") ? bare : null;
      }
      case ENCODER_DECODER -> name.endsWith(".embed_tokens.weight") ? null : name;
      case DECODER ->
          name.startsWith("model.") || name.startsWith("lm_head.") ? name : "model." + name;
    };
  }

  /**
   * Whether a weight may be kept in bf16: rows of embeddings are only looked up, and head rows are
   * few.
   */
  public boolean isInLayer(String weight) {
    return switch (this) {
      case ENCODER -> weight.startsWith("encoder.");
      case ENCODER_DECODER ->
          weight.contains(".block.") && !weight.contains("relative_attention_bias");
      case DECODER -> weight.startsWith("model.layers.");
    };
  }
}
